export default {
  title: "Profile",
  identity: "You",
  name: "Name",
  email: "E-mail address",
  emailHint: "It names your account and cannot be changed.",
  saved: "Profile saved.",
  appearance: "Language and appearance",
  language: "Language",
  languageName: { pl: "Polski", en: "English" },
  theme: "Theme",
  access: "Your roles",
  role: { owner: "Owner", admin: "Admin", technician: "Technician", script_restricted: "Restricted to scripts", client_view: "Client view", viewer: "Viewer" },
} as const;
