import { type Rules, soundRules } from '@qflow/engine';

/** A leader builds on the last final block and ignores the certificate of the view before; voters let it. */
export const parentCertificateIgnored: Rules = {
  ...soundRules,
  consensus: {
    ...soundRules.consensus,
    isJustified: () => true,
    extendsNotarized: () => false,
  },
};
