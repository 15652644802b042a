/** Readers of values that were sent: each one says whether a value is of its type. */

export type Reader<T> = (value: unknown) => value is T
export type Read<R> = R extends Reader<infer T> ? T : never

export const text: Reader<string> = (value) => typeof value === 'string'
export const trueOrFalse: Reader<boolean> = (value) => typeof value === 'boolean'
export const integer = (value: unknown): value is number => Number.isSafeInteger(value)
export const absent: Reader<undefined> = (value) => value === undefined

export const between =
  (least: number, most = Number.POSITIVE_INFINITY): Reader<number> =>
  (value): value is number =>
    typeof value === 'number' && value >= least && value <= most

export const matching =
  (pattern: RegExp): Reader<string> =>
  (value): value is string =>
    text(value) && pattern.test(value)

/** A text of ISO 8601 that `Date` reads. */
export const moment = (value: unknown): value is string => text(value) && !Number.isNaN(Date.parse(value))

/** `YYYY-MM-DD` */
export const day = (value: unknown): value is string => moment(value) && /^\d{4}-\d{2}-\d{2}$/.test(value)

export const oneOf =
  <const T extends string>(all: readonly T[]): Reader<T> =>
  (value): value is T =>
    all.some((one) => one === value)

export const optional =
  <T>(read: Reader<T>): Reader<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || read(value)

export const either =
  <A, B>(one: Reader<A>, other: Reader<B>): Reader<A | B> =>
  (value): value is A | B =>
    one(value) || other(value)

/** At least one, all of a type. */
export const listOf =
  <T>(read: Reader<T>, most = Number.POSITIVE_INFINITY): Reader<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && between(1, most)(value.length) && value.every(read)

/** An object whose values are all of a type, whatever their names. */
export const recordOf =
  <T>(read: Reader<T>): Reader<Readonly<Record<string, T>>> =>
  (value): value is Readonly<Record<string, T>> =>
    typeof value === 'object' && value !== null && Object.values(value).every(read)

type Fields = Readonly<Record<string, Reader<unknown>>>
type Object<F extends Fields> = Optional<{ readonly [K in keyof F]: Read<F[K]> }>
type Optional<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: T[K]
}

/** An object with these fields. Other fields are not looked at. */
export const object =
  <const F extends Fields>(fields: F): Reader<Object<F>> =>
  (value): value is Object<F> => {
    if (typeof value !== 'object' || value === null) return false
    return Object.entries(fields).every(([name, read]) => read(Reflect.get(value, name)))
  }
