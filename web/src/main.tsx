import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "@fontsource-variable/inter/wght.css";
import "virtual:fonts.css";
import "virtual:theme.css";
import "./app/app.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { initTexts } from "./app/i18n.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
await initTexts();
createRoot(root).render(<App />);
