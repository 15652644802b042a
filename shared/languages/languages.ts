/** The languages. A new one is a file beside this one, its line here, and its tag in `LOCALES`. */
import type { Locale, Localized } from '../data-map/data-map.ts'
import { en } from './en.ts'
import type { Language } from './language.ts'
import { vi } from './vi.ts'

export const LANGUAGES = { vi, en } as const satisfies Readonly<Record<Locale, Language>>

/** The text of a word of the configuration; the word itself, if it has left the configuration since. */
export const wording = (
  texts: Readonly<Record<string, Localized>>,
  { word, locale }: { readonly word: string; readonly locale: Locale },
): string => texts[word]?.[locale] ?? word
