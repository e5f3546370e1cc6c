/**
 * Lagrange interpolation at zero in small whole numbers (after Shoup, *Practical Threshold Signatures*, Eurocrypt 2000):
 * with D = n!, each D·λ is a whole number of a few bits, so that a share is multiplied by doubling and adding alone,
 * which is all that blst offers. What comes out is D times the secret, so the group's public key is published for D·s.
 */
export function lagrangeScale(validators: number): bigint {
  let factorial = 1n;
  for (let factor = 2n; factor <= BigInt(validators); factor++) {
    factorial *= factor;
  }
  return factorial;
}

/** D·λ for each of the distinct points, in their order. A validator's point is its index + 1. */
export function lagrangeCoefficients(validators: number, points: readonly number[]): bigint[] {
  const scale = lagrangeScale(validators);
  return points.map((point) => {
    let numerator = scale;
    let denominator = 1n;
    for (const other of points) {
      if (other !== point) {
        numerator *= BigInt(other);
        denominator *= BigInt(other - point);
      }
    }
    return numerator / denominator;
  });
}
