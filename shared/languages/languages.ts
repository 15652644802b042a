/** The languages there are. A new one is a file beside this and its line here. */
import { en } from './en.ts'
import type { Language } from './language.ts'
import { vi } from './vi.ts'

export const LANGUAGES = { vi, en } as const satisfies Readonly<Record<string, Language>>

/** A language tag (BCP 47). */
export type Locale = keyof typeof LANGUAGES

export const LOCALES = Object.keys(LANGUAGES) as [Locale, ...Locale[]]
