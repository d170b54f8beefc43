export default {
  title: "Profil",
  identity: "Ty",
  name: "Imię i nazwisko",
  email: "Adres e-mail",
  emailHint: "To nazwa Twojego konta; nie można jej zmienić.",
  saved: "Profil zapisany.",
  appearance: "Język i wygląd",
  language: "Język",
  languageName: { pl: "Polski", en: "English" },
  theme: "Motyw",
  access: "Twoje role",
  role: { owner: "Właściciel", admin: "Administrator", technician: "Technik", script_restricted: "Tylko skrypty", client_view: "Widok klienta", viewer: "Podgląd" },
};
