/** The one stylesheet: written into every page, allowed by its hash alone. Nothing of a configuration goes in. */
import { createHash } from 'node:crypto'
import { raw } from 'hono/html'

const CSS = `
:root{color-scheme:light dark;--ink:#1c2126;--soft:#59636e;--line:#d5dae0;--ground:#fff;--panel:#f4f6f8;--mark:#0b5f8a;--on-mark:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#a3adb8;--line:#3a434d;--ground:#15191d;--panel:#1e242a;--mark:#7cc4ea;--on-mark:#0d1418}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:42rem;padding:0 1rem 2rem;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
a{color:var(--mark)}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;justify-content:space-between;padding:1rem 0;border-bottom:1px solid var(--line)}
header>a{color:inherit;font-weight:600;text-decoration:none}
nav ul{display:flex;gap:1rem;margin:0;padding:0;list-style:none}
nav [aria-current]{color:inherit;text-decoration:none;font-weight:600}
h1,h2{text-wrap:balance}
h1{margin:2rem 0 .75rem;font-size:1.625rem;line-height:1.25}
h2{margin:2rem 0 .5rem;font-size:1.125rem;line-height:1.35}
p{margin:.5rem 0}
.said{margin:0;padding:.875rem 1rem;border-left:4px solid var(--mark);background:var(--panel)}
.soft{color:var(--soft);font-size:.9375rem}
dl{margin:.5rem 0;display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.25rem 1rem}
dt{color:var(--soft)}
dd{margin:0}
.list{margin:.5rem 0;padding:0;list-style:none;border-top:1px solid var(--line)}
.list li{padding:.5rem 0;border-bottom:1px solid var(--line)}
.list .row{display:flex;gap:1rem;justify-content:space-between}
.list .row span+span{white-space:nowrap;color:var(--soft)}
.list p{margin:.125rem 0 0}
ol,main ul:not(.list){margin:.5rem 0;padding-left:1.5rem}
li+li{margin-top:.25rem}
.list li+li{margin-top:0}
nav li+li{margin-top:0}
code{font:1rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
label{display:block;font-weight:600}
.field{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.375rem}
input{flex:1 1 14rem;min-width:0;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.25rem;background:var(--ground);color:var(--ink);font:inherit}
input[type=checkbox]{flex:none;width:1.25rem;height:1.25rem;margin:.125rem 0 0;padding:0;accent-color:var(--mark)}
.tick{display:flex;gap:.75rem;align-items:flex-start;margin:1rem 0;font-weight:400}
button{flex:0 0 auto;padding:.5rem 1rem;border:0;border-radius:.25rem;background:var(--mark);color:var(--on-mark);font:inherit;font-weight:600;cursor:pointer}
footer{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line)}
address{font-style:normal}
@media(max-width:24rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
`

// As it is: a stylesheet knows no entities, and the hash is of these very bytes.
export const STYLE = raw(CSS)

export const STYLE_HASH = `sha256-${createHash('sha256').update(CSS).digest('base64')}`
