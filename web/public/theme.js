// Runs before the first paint, so that a dark-theme user never sees a white flash.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("bosman.theme");
  } catch (_) {
    /* storage may be closed to us; the system's choice then decides */
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
