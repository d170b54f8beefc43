import { useLocalStorage, useMediaQuery } from "@mantine/hooks";

/** Whether the menu shows icons only: as this browser was left, else by the room that there is. */
export function useCollapsed(): [boolean, () => void] {
  const narrow = useMediaQuery("(max-width: 1099px)", false, { getInitialValueInEffect: false });
  const [kept, keep] = useLocalStorage<"open" | "collapsed" | "">({
    key: "bosman.sidebar",
    defaultValue: "",
    getInitialValueInEffect: false,
  });
  const collapsed = kept === "" ? narrow : kept === "collapsed";
  return [
    collapsed,
    () => {
      keep(collapsed ? "open" : "collapsed");
    },
  ];
}
