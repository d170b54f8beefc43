import { useEffect, useState } from "react";

/** Whether part of a box is scrolled out of view to the right, under the actions column. */
export function useOverflow(box: HTMLElement | null): boolean {
  const [more, setMore] = useState(false);
  useEffect(() => {
    if (!box) return undefined;
    const measure = (): void => {
      setMore(box.scrollWidth - box.clientWidth - box.scrollLeft > 1);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    if (box.firstElementChild) observer.observe(box.firstElementChild);
    box.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", measure);
    };
  }, [box]);
  return more;
}
