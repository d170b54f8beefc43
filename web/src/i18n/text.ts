type Joined<Parts extends readonly string[]> = Parts extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? Rest extends readonly []
    ? First
    : `${First} ${Joined<Rest>}`
  : "";

/**
 * One text that is too long for a line, in parts that a space joins. The type is the whole text, as that of a literal
 * would be: the catalogue's types read from it which values a text asks for.
 */
export function text<const Parts extends readonly [string, ...string[]]>(...parts: Parts): Joined<Parts> {
  return parts.join(" ") as Joined<Parts>;
}
