/** The object without its undefined fields: what `exactOptionalPropertyTypes` asks for. */
export const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>

export type Changes<T> = { -readonly [K in keyof T]?: T[K] | undefined }

/** The object after these changes. They take away only what it may be without. */
export const changed = <T extends object>(before: T, changes: Changes<T>): T =>
  defined({ ...before, ...changes }) as T

export type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
} & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K]
}
