interface Bare<T> {
  new (): { [name: string]: T };
}

/**
 * A new object that inherits nothing, so that "__proto__" and "constructor" are names like any other. To V8 it is as
 * fast as a literal, while one of Object.create(null) is a hash table, which is slow to make and to go through.
 */
export function bareObject<T>(): { [name: string]: T } {
  return new (BareObject as unknown as Bare<T>)();
}

function BareObject(): void {}
BareObject.prototype = Object.freeze(Object.create(null));
