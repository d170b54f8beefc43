import { text } from "@/i18n/text.ts";

export default {
  password: "Password",
  signIn: {
    title: "Sign in",
    go: "Continue",
    expired: "Your session has expired. Sign in again: you come back to where you were.",
    fresh: "There is no account yet. Open the set-up link that the server printed when it started.",
  },
  totp: {
    title: "Second step",
    text: "Enter the code from your authenticator app.",
    recoveryText: "Enter one of your recovery codes. Each works once.",
    go: "Sign in",
  },
  setup: {
    title: "Welcome aboard",
    text: "Create the first account. It will own this installation.",
    code: "Set-up code",
    go: "Create the account",
    closed: "Already set up",
    closedText: "The first account exists. Sign in, or ask its owner for an invitation.",
    toSignIn: "Go to sign in",
  },
  forgot: {
    link: "Forgot your password?",
    title: "Forgot your password?",
    text: "Enter your address. If there is an account for it, a link to set a new password is on its way.",
    go: "Send the link",
    sent: "Check your e-mail",
    sentText: text(
      "If there is an account for {{email}}, a link has been sent there. It works once, for 30",
      "minutes. If nothing comes, ask whoever looks after this installation.",
    ),
  },
  reset: {
    title: "New password",
    text: "Afterwards you are signed out everywhere and sign in with the new password and a code from your app.",
    password: "New password",
    go: "Set the password",
    done: "Password set",
    doneText: "Sign in with the new password.",
    dead: "This link is not valid any more",
    deadText: "It was used or has expired. Ask for a new one.",
    again: "Ask for a new link",
  },
  invitation: {
    title: "You are invited",
    text: "{{inviter}} gives you access to: {{tenant}}. Role: {{role}}.",
    create: "Create the account",
    join: "Join",
    joinAs: "There is an account for {{email}}. Join with it.",
    signInFirst: "There is an account for {{email}} already. Sign in with it to join.",
    dead: "This invitation is not valid",
  },
  enroll: {
    title: "Protect the account",
    text: "From now on you sign in with your password and a code from an app.",
    scan: "Scan the picture with an authenticator app (or type the secret).",
    type: "Enter the code that the app shows.",
    go: "Confirm",
  },
} as const;
