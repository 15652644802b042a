/** The one stylesheet, with the company's colour: it stands in every page, which allows it by its hash and no other. */
import { createHash } from 'node:crypto'
import { raw } from 'hono/html'
import { isColour } from '../config/brand.ts'

const BRAND = '#0b5f8a'

// Text in the company's colour stays readable: its lightness is bounded on a light and on a dark ground.
const CSS = `
:root{color-scheme:light dark;--ink:#1b2127;--soft:#56606b;--line:#d5dae0;--ground:#fff;--panel:#f4f6f8;--mark:#0b5f8a;--on-mark:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#a6b0bb;--line:#3a434d;--ground:#14181c;--panel:#1d2329;--mark:#7cc4ea;--on-mark:#0d1418}}
@supports(color:oklch(from red l c h)){:root{--mark:oklch(from var(--brand) min(l,.47) c h)}@media(prefers-color-scheme:dark){:root{--mark:oklch(from var(--brand) max(l,.8) min(c,.1) h)}}}
*,::before{box-sizing:border-box}
html{border-top:4px solid var(--brand)}
body{margin:0 auto;max-width:42rem;padding:0 1rem 2rem;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
a{color:var(--mark)}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;justify-content:space-between;padding:1rem 0;border-bottom:1px solid var(--line)}
header>a{display:flex;gap:.625rem;align-items:center;padding:.25rem 0;color:inherit;font-weight:600;text-decoration:none}
header img{width:auto;max-width:8rem;height:2rem}
nav ul{display:flex;gap:1rem;margin:0;padding:0;list-style:none}
nav a{display:block;padding:.25rem 0}
nav [aria-current]{color:inherit;text-decoration:none;font-weight:600}
h1,h2{text-wrap:balance}
h1{margin:2rem 0 .75rem;font-size:1.625rem;line-height:1.25}
h2{margin:2.25rem 0 .5rem;font-size:1.125rem;line-height:1.35}
p{margin:.5rem 0;text-wrap:pretty}
.said{margin:0 0 .75rem;padding:.875rem 1rem;border-left:4px solid var(--mark);background:var(--panel)}
blockquote{white-space:pre-line}
.soft{color:var(--soft);font-size:.9375rem}
.links{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem}
.links a{padding:.25rem 0}
.steps{margin:.75rem 0;padding:0;list-style:none}
.steps li{position:relative;margin:0;padding:0 0 1rem 1.75rem}
.steps li::before{content:"";position:absolute;left:.125rem;top:.4375rem;width:.75rem;height:.75rem;border:2px solid var(--mark);border-radius:50%;background:var(--mark)}
.steps li.ahead::before{background:var(--ground)}
.steps li:not(:last-child)::after{content:"";position:absolute;left:.4375rem;top:1.1875rem;bottom:-.4375rem;border-left:2px solid var(--line)}
.steps span{display:block;font-weight:600}
.steps time{color:var(--soft)}
.list{margin:.5rem 0;padding:0;list-style:none;border-top:1px solid var(--line)}
.list li{padding:.5rem 0;border-bottom:1px solid var(--line)}
.list .row{display:flex;gap:1rem;justify-content:space-between}
.list .row span+span{white-space:nowrap;color:var(--soft)}
.list p{margin:.125rem 0 0}
ol,ul{margin:.5rem 0;padding-left:1.5rem}
li+li{margin-top:.25rem}
.list li+li,nav li+li{margin-top:0}
code{font:1rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
label{display:block;font-weight:600}
.field{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.375rem}
input,textarea{flex:1 1 14rem;min-width:0;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.25rem;background:var(--ground);color:var(--ink);font:inherit}
textarea{display:block;width:100%;min-height:8rem;margin:.375rem 0 .5rem;resize:vertical}
input[type=checkbox]{flex:none;width:1.5rem;height:1.5rem;margin:.0625rem 0 0;padding:0;accent-color:var(--mark)}
.tick{display:flex;gap:.75rem;align-items:flex-start;margin:1rem 0;font-weight:400}
button{flex:0 0 auto;padding:.5rem 1rem;border:0;border-radius:.25rem;background:var(--mark);color:var(--on-mark);font:inherit;font-weight:600;cursor:pointer}
footer{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line)}
footer a{display:inline-block;padding:.125rem 0}
address{font-style:normal}
@media print{:root{color-scheme:light;--ink:#000;--soft:#333;--line:#999;--ground:#fff;--panel:#fff;--mark:#000}body{max-width:none}nav,form,.links{display:none}section,.list li{break-inside:avoid}a{color:inherit}}
`

const styles = new Map<string, ReturnType<typeof make>>()

/** @param colour The company's; ours is used for a text that is no colour. */
export function styleOf(colour: string = BRAND) {
  const brand = isColour(colour) ? colour : BRAND
  const known = styles.get(brand) ?? make(`${CSS}:root{--brand:${brand}}\n`)
  styles.set(brand, known)
  return known
}

/** Not escaped: a stylesheet knows no entities. The hash is a source of a Content-Security-Policy. */
const make = (css: string) => ({
  css: raw(css),
  hash: `sha256-${createHash('sha256').update(css).digest('base64')}`,
})
