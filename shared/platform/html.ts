/** HTML as a tagged template that escapes what it is given. */
import { html as template } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** Markup: goes into another template as it is. As text (`String(html)`) it loses that mark. */
export type Html = HtmlEscapedString

/** Hono's, without promises: everything on a page is at hand when it is written. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  const markup = template(strings, ...values)
  if (markup instanceof Promise) throw new TypeError('a template was given a promise')
  return markup
}
