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

const SERVER = /Windows Server (\d{4}(?: R2)?)/i;
const CLIENT = /Windows (\d+(?:\.\d+)?)/i;
const RELEASE = /^\d{2}H\d$/i;
const NUMBER = /\d+(?:\.\d+)?/;

/** The same for a column: "Win 11 23H2", "Win Server 2022", "Ubuntu 24.04". What it leaves out stands in `osText`. */
export function shortOsText(name: string, version: string | null): string {
  const server = SERVER.exec(name)?.[1];
  if (server !== undefined) return `Win Server ${server}`;
  const client = CLIENT.exec(name)?.[1];
  if (client !== undefined) return `Win ${client}${version !== null && RELEASE.test(version) ? ` ${version}` : ""}`;
  const full = osText(name, version);
  const [family] = full.split(" ");
  const number = NUMBER.exec(version ?? "")?.[0] ?? NUMBER.exec(name)?.[0];
  return family === undefined || number === undefined ? full : `${family} ${number}`;
}
