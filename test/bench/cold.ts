/** What a cold start costs: every bundle imported by a fresh process, and the callback as far as its first answer. */
import { execFile } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { entryOf } from '../../infra/wiring.ts'
import { metaEvent } from './meta-event.ts'
import type { Stage, Staged } from './stage.ts'
import { median, rounded } from './statistics.ts'

export interface ColdFigures {
  readonly name: string
  readonly bytes: number
  /** Median. */
  readonly importMs: number
  /** Against the bare handler's. */
  readonly ratio: number
  /** Median from the start of the import to the first answer: of what answers Meta. */
  readonly firstAnswerMs?: number
}

interface Cold {
  readonly name: string
  readonly bytes: number
  readonly file: string
  /** Of what answers Meta. */
  readonly staged?: Staged
}

const ROUNDS = 21
const program = fileURLToPath(new URL('import-process.mjs', import.meta.url))

/** The bare handler comes first. */
export async function measureCold(stage: Stage): Promise<readonly ColdFigures[]> {
  const all = contestants(stage)
  const imports = new Map(all.map(({ name }) => [name, [] as number[]]))
  const answers = new Map(all.filter(({ staged }) => staged).map(({ name }) => [name, [] as number[]]))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, file } of all) imports.get(name)?.push(await timed(file))
    for (const { name, staged } of all) {
      if (staged)
        answers
          .get(name)
          ?.push(await timed(staged.file, staged, String(10_000_000_000_000_000n + BigInt(round))))
    }
  }
  const bare = median(imports.get('bare') ?? [])
  return all.map(({ name, bytes }) => {
    const importMs = median(imports.get(name) ?? [])
    const answered = answers.get(name)
    return {
      name,
      bytes,
      importMs: rounded(importMs, 1),
      ratio: rounded(importMs / bare, 2),
      ...(answered && { firstAnswerMs: rounded(median(answered), 1) }),
    }
  })
}

/** Every built file once: some functions are two exports of one. */
function contestants({ bundles, bare, callback }: Stage): readonly Cold[] {
  const files = new Map(bundles.map((bundle) => [entryOf(bundle.name).file, bundle]))
  return [
    { name: 'bare', ...bare, staged: bare },
    ...[...files].map(([name, { bytes, file }]) => ({
      name,
      bytes,
      file,
      ...(file === callback.file && { staged: callback }),
    })),
  ]
}

async function timed(file: string, staged?: Staged, userId = ''): Promise<number> {
  const event = staged ? [JSON.stringify(metaEvent(staged, userId, Math.floor(Date.now() / 1000)))] : []
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, pathToFileURL(file).href, ...event],
    {
      env: { ...staged?.env },
    },
  )
  return Number(stdout.trimEnd().split('\n').at(-1))
}
