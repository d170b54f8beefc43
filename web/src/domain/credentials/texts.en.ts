export default {
  code: "6-digit code",
  recoveryCode: "Recovery code",
  useCode: "Use a code from the app",
  useRecovery: "Use a recovery code",
  qr: "QR code with the secret",
  secret: "Secret to type by hand",
  passwordHint: "At least {{count}} characters. A few unrelated words are easy to remember and hard to guess.",
  passwordShort: "At least {{count}} characters.",
  showPassword: "Show the password",
  strength: {
    weak: "Too weak",
    good: "Good",
    strong: "Strong",
  },
  recovery: {
    title: "Recovery codes",
    text: "If you lose your phone, each of these lets you in once. They are shown only now.",
    download: "Download",
    saved: "I have saved the codes in a safe place",
    go: "Open Bosman",
  },
} as const;
