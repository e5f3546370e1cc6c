// libp2p calls Promise.withResolvers, which Node 20 lacks. Imported before it, for this effect alone.
interface Resolvers<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value | PromiseLike<Value>) => void;
  readonly reject: (reason?: unknown) => void;
}

const promises = Promise as PromiseConstructor & { withResolvers?: <Value>() => Resolvers<Value> };

promises.withResolvers ??= <Value>(): Resolvers<Value> => {
  let resolvers: Omit<Resolvers<Value>, 'promise'>;
  const promise = new Promise<Value>((resolve, reject) => {
    resolvers = { resolve, reject };
  });
  return { promise, ...resolvers! };
};
