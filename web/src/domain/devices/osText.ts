/** Name and version of a system, once each: "Ubuntu 24.04.3 LTS" already says its version 24.04. */
export function osText(name: string, version: string | null): string {
  // "GNU/Linux" tells nothing that "Debian" does not, and costs a third of a column.
  const short = name.replace(" GNU/Linux", "");
  const said =
    version === null ||
    version === "" ||
    short.split(/[^\w.]+/).some((word) => word === version || word.startsWith(`${version}.`));
  return said ? short : `${short} ${version}`;
}
