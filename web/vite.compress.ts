import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const COMPRESSIBLE = /\.(?:js|css|svg|html)$/;
const LEAST_BYTES = 512;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

async function pack(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < LEAST_BYTES) return;
  await writeFile(
    `${path}.br`,
    await brotli(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  );
  await writeFile(`${path}.gz`, await zip(content, { level: constants.Z_BEST_COMPRESSION }));
}

/** Writes every text also as brotli and gzip beside it: the server hands out what the browser takes. */
export function precompress(): Plugin {
  return {
    name: "bosman-precompress",
    apply: "build",
    enforce: "post",
    // Only now every plugin has had its say about what the files hold.
    async writeBundle({ dir }, bundle) {
      if (dir === undefined) throw new Error("the build writes into no folder");
      const names = Object.keys(bundle).filter((name) => COMPRESSIBLE.test(name));
      await Promise.all(names.map((name) => pack(join(dir, name))));
    },
  };
}
