export default {
  password: {
    title: "Password", current: "Current password", new: "New password", go: "Change the password", done: "Password changed. Your other sessions have ended.",
    text: "Your other sessions end when the password changes.",
  },
  factor: {
    title: "Second factor", text: "You sign in with a code from an authenticator app. Recovery codes let you in without it, each once.",
    codes: "New recovery codes", codesTitle: "Make new recovery codes?", codesText: "The old ones end at once.", codesGo: "Make new codes", copyAll: "Copy all ten codes",
    replace: "Replace the authenticator", replaceTitle: "Replace the authenticator app?", replaceGo: "Replace",
    replaceText: "The app that you use now stops working for Bosman at once, and you are signed out everywhere. You go on here by scanning a new code.",
  },
  sessions: {
    title: "Where you are signed in", here: "This browser", on: "{{browser}} on {{os}}", unknownBrowser: "Unknown browser", seen: "seen",
    place: { this_server: "On the server itself", local_network: "Local network", internet: "Internet", unknown: "Unknown place" },
    end: "Sign out: {{name}}", endOthers: "Sign out everywhere else", ended_one: "{{count}} session ended.", ended_other: "{{count}} sessions ended.",
  },
} as const;
