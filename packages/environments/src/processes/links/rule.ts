/** What happens to the bytes of one direction of a link. */
type LinkRule = { readonly kind: 'pass' };

/** Each direction has a rule of its own: `forward` is what the dialling node says, `backward` what it hears. */
export interface LinkRules {
  readonly forward: LinkRule;
  readonly backward: LinkRule;
}

export const passing: LinkRules = { forward: { kind: 'pass' }, backward: { kind: 'pass' } };
