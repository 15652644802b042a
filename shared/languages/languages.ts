/** The languages. A new one is a file beside this one, its line here, and its tag in `LOCALES`. */
import type { Locale } from '../data-map/data-map.ts'
import { en } from './en.ts'
import type { Language } from './language.ts'
import { vi } from './vi.ts'

export const LANGUAGES = { vi, en } as const satisfies Readonly<Record<Locale, Language>>
