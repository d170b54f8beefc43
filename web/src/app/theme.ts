import { createTheme, type MantineColorsTuple } from "@mantine/core";

const brand: MantineColorsTuple = [
  "#eef3fb",
  "#dbe6f7",
  "#b6cbed",
  "#8eaee3",
  "#6c95da",
  "#4a7bcf",
  "#2f63b8",
  "#28549d",
  "#204480",
  "#163162",
];

/** Neutral greys with a hint of blue: the dark theme's own surfaces, not an inversion of the light one. */
const dark: MantineColorsTuple = [
  "#dfe3ea",
  "#b9c0cc",
  "#9aa3b2",
  "#6b7585",
  "#3a4250",
  "#2e3542",
  "#232934",
  "#191e27",
  "#12161d",
  "#0c0f14",
];

const gray: MantineColorsTuple = [
  "#f6f7f9",
  "#eef0f3",
  "#e2e5ea",
  "#d3d8df",
  "#b7bec9",
  "#929baa",
  "#6b7585",
  "#4c5666",
  "#323a48",
  "#1d2430",
];

const FLOATING = { lockScroll: false, overlayProps: { backgroundOpacity: 0.45 } };

/** Contrast notes: brand.6 on white 5.9:1, white on brand.6 5.9:1 (both themes use shade 6 for filled things). */
export const theme = createTheme({
  primaryColor: "brand",
  primaryShade: { light: 6, dark: 6 },
  colors: { brand, dark, gray },
  black: "#161b24",
  defaultRadius: 5,
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "1.35", sm: "1.4", md: "1.45" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "20px", lineHeight: "28px" },
      h2: { fontSize: "15px", lineHeight: "22px" },
      h3: { fontSize: "13px", lineHeight: "18px" },
    },
  },
  components: {
    Button: { defaultProps: { size: "xs" } },
    // A locked body scroll is not needed (only <main> scrolls) and its library injects a <style> element.
    Modal: { defaultProps: { ...FLOATING, centered: true, radius: 8 } },
    Drawer: { defaultProps: { ...FLOATING, position: "right", size: "lg" } },
    TextInput: { defaultProps: { size: "sm" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    NumberInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", comboboxProps: { shadow: "md" } } },
    Menu: {
      defaultProps: { shadow: "md", position: "bottom-end", withinPortal: true, withInitialFocusPlaceholder: false },
    },
    Popover: { defaultProps: { shadow: "md" } },
    Tooltip: {
      defaultProps: { openDelay: 250, events: { hover: true, focus: true, touch: true }, multiline: true, maw: 320 },
    },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Checkbox: { defaultProps: { size: "xs" } },
  },
});
