// A registry that does not carry every platform's build of a package makes `npm install` leave those builds out of the
// lock file, and `npm ci` then refuses it everywhere. Adds what is missing: name, version and platform, which is all that
// a machine of another platform needs to pass them over. Run it after `npm install`; changes nothing when all is there.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

const added = missingOptionals(lock.packages);
if (added.length > 0) {
  const packages = { ...lock.packages, ...Object.fromEntries(added) };
  const sorted = Object.fromEntries(Object.entries(packages).sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted }, undefined, 2)}\n`);
}
console.log(`${added.length} optional packages added to package-lock.json`);

/** Lock entries for optional dependencies that a locked package lists and that have none. */
function missingOptionals(packages) {
  return Object.values(packages).flatMap(({ optionalDependencies = {}, dev }) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => packages[`node_modules/${name}`] === undefined)
      .map(([name, version]) => [
        `node_modules/${name}`,
        { version, ...platformOf(name), ...(dev === true ? { dev } : {}), optional: true },
      ]),
  );
}

/** Such packages are named after their platform: `@swc/core-linux-arm64-musl`. */
function platformOf(name) {
  const found =
    /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?:-?(musl|gnu))?/.exec(
      name,
    );
  if (found === null) throw new Error(`${name}: its name does not say for which platform it is`);
  const [, os, cpu, libc] = found;
  return { cpu: [cpu], os: [os], ...(os === 'linux' && libc ? { libc: [libc === 'gnu' ? 'glibc' : libc] } : {}) };
}
