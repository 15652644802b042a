import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  isFinal,
  LIFECYCLE,
  PUBLIC_STATE,
  RELEASED_TO,
  STATES,
  type State,
} from '../../../shared/requests/lifecycle.ts'

const FILE = new URL('../../../docs/lifecycle.md', import.meta.url)
const DIAGRAM = /```mermaid\n[\s\S]*?```/

/** Steps that lead from one state to the same other share an arrow. */
function drawLifecycle(): string {
  const arrows = STATES.flatMap((from) => arrowsFrom(from))
  const released = Map.groupBy(Object.entries(RELEASED_TO), ([, to]) => to)
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> awaiting_confirmation: by email or form',
    '  [*] --> ready: by Meta, list, retention or operator',
    ...arrows,
    ...[...released].map(
      ([to, held]) => `  on_hold --> ${to}: release, held from ${held.map(([from]) => from).join(', ')}`,
    ),
    ...STATES.filter(isFinal).map((state) => `  ${state} --> [*]`),
    '```',
  ].join('\n')
}

function arrowsFrom(from: State): readonly string[] {
  const steps = Object.entries(LIFECYCLE[from]).filter(([, to]) => to !== 'heldFrom')
  const byTarget = Map.groupBy(steps, ([, to]) => to)
  return [...byTarget].map(([to, same]) => `  ${from} --> ${to}: ${same.map(([step]) => step).join(', ')}`)
}

/** `| state | public word | meaning |` */
const rowsOf = (doc: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...doc.matchAll(/^\| `(\w+)` +\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, state = '', ...cells]) => [
      state,
      cells,
    ]),
  )

describe('docs/lifecycle.md', () => {
  if (process.env['UPDATE_DOCS'] === '1') {
    const written = readFileSync(FILE, 'utf8').replace(DIAGRAM, () => drawLifecycle())
    writeFileSync(FILE, written)
  }
  const doc = readFileSync(FILE, 'utf8')

  it('draws the lifecycle as it is (UPDATE_DOCS=1 draws it again)', () => {
    expect(DIAGRAM.exec(doc)?.[0]).toBe(drawLifecycle())
  })

  it('explains every state under its public word, and no other', () => {
    const rows = rowsOf(doc)
    expect([...rows.keys()].toSorted()).toEqual(STATES.toSorted())
    for (const state of STATES) expect(rows.get(state)?.[0]).toBe(PUBLIC_STATE[state])
  })
})
