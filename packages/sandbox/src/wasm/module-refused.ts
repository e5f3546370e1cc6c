/** A module that the sandbox does not run. The text says what in it is not allowed. */
export class ModuleRefused extends Error {
  override readonly name = 'ModuleRefused';
}
