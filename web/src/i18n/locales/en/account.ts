import { text } from "../../text.ts";

export default {
  keysToo: "End my API keys as well",
  password: {
    title: "Password",
    current: "Current password",
    new: "New password",
    go: "Change the password",
    done: "Password changed. Your other sessions have ended.",
    text: text(
      "Your other sessions end when the password changes. If somebody may",
      "have known the old one, end your API keys as well.",
    ),
  },
  factor: {
    title: "Second factor",
    text: "You sign in with a code from an authenticator app. Recovery codes let you in without it, each once.",
    codes: "New recovery codes",
    codesTitle: "Make new recovery codes?",
    codesText: "The old ones end at once. Give a code to go on.",
    codesGo: "Make new codes",
    copyAll: "Copy all ten codes",
    replace: "Replace the authenticator",
    replaceTitle: "Replace the authenticator app?",
    replaceGo: "Go on",
    replaceScan: text(
      "Scan this with the new app, or type the secret into it. Until you",
      "confirm, the old app and the old recovery codes go on working.",
    ),
    replaceCode: "Code of the new app",
    replaceDone: "Replace",
    replaceText: text(
      "Give a code of the app that you use now, or a recovery code. It stops working for Bosman only when the",
      "new one is confirmed; then you are signed out everywhere else and get new recovery codes.",
    ),
  },
  sessions: {
    title: "Where you are signed in",
    here: "This browser",
    on: "{{browser}} on {{os}}",
    unknownBrowser: "Unknown browser",
    seen: "seen",
    place: {
      this_server: "On the server itself",
      local_network: "Local network",
      internet: "Internet",
      unknown: "Unknown place",
    },
    endOthersTitle: "Sign out everywhere else?",
    endOthersText: "Every other browser is signed out at once.",
    keysEnded_one: "{{count}} API key ended.",
    keysEnded_other: "{{count}} API keys ended.",
    end: "Sign out: {{name}}",
    endOthers: "Sign out everywhere else",
    ended_one: "{{count}} session ended.",
    ended_other: "{{count}} sessions ended.",
  },
} as const;
