/** HTML as a tagged template that escapes its values. */
import { html as template } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** Markup, which another template does not escape again. `String(html)` is plain text, which it does. */
export type Html = HtmlEscapedString

/** Hono's template, without promises. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  const markup = template(strings, ...values)
  if (markup instanceof Promise) throw new TypeError('a template was given a promise')
  return markup
}
