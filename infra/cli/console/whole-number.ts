/** An option that is a number. */
import { wrongUsage } from './failure.ts'

/** @param option Its name, for the error. */
export const wholeNumber =
  (option: string) =>
  (text: string): number => {
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw wrongUsage(`${option} takes a whole number, such as 42`)
  }
