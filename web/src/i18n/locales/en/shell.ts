export default {
  brand: "Bosman",
  skip: "Skip to content",
  navigation: "Main navigation",
  openMenu: "Open menu",
  closeMenu: "Close menu",
  language: "Language",
  toLanguage: { pl: "Przełącz na polski", en: "Switch to English" },
  liveLost: "The live connection is lost: what you see may be out of date. Reconnecting…",
  section: { devices: "Devices", updates: "Updates", tasks: "Tasks", enrollment: "Enrolment", tenants: "Tenants & sites", audit: "Audit trail" },
  securityBadge_one: "{{count}} device lacks security updates",
  securityBadge_other: "{{count}} devices lack security updates",
  scope: { all: "All tenants", label: "Tenant or site:", place: "{{tenant}} · {{site}}", search: "Find a tenant or site", none: "Nothing found" },
  palette: {
    open: "Search or run a command", keys: "Ctrl K", placeholder: "Device, page or command", nothing: "Nothing found",
    pages: "Pages", devices: "Devices", actions: "Commands", newToken: "Create an enrolment token", theme: "Theme: {{theme}}",
  },
  theme: { label: "Theme", light: "Light", dark: "Dark", system: "As the system" },
  user: { menu: "Account: {{name}}", profile: "Profile", signOut: "Sign out" },
  shortcuts: {
    title: "Keyboard shortcuts", close: "Close", palette: "Search or run a command", search: "Search in the list", next: "Next row", previous: "Previous row",
    select: "Select the row", open: "Open the row", help: "This help", goTo: "Go to: {{section}}",
  },
} as const;
