/** The memory of a process and all that it started, where Linux tells. */
import { readdir, readFile } from 'node:fs/promises'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly peakKb: number
}

/** The sum of the peaks (VmHWM) of all processes below this one, in MB. */
export async function peakMemory(root: number): Promise<number | undefined> {
  const all = await processes()
  if (all.length === 0) return undefined
  const below = new Set([root])
  // Children have mostly, but not always, the higher number.
  for (let before = 0; before < below.size; ) {
    before = below.size
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid)
  }
  const peaks = all.filter(({ pid }) => pid !== root && below.has(pid)).map(({ peakKb }) => peakKb)
  return peaks.reduce((sum, peak) => sum + peak, 0) / 1024
}

async function processes(): Promise<readonly Process[]> {
  const names = await readdir('/proc').catch(() => [])
  const read = names
    .filter((name) => /^\d+$/.test(name))
    .map(async (name) => {
      // It may end while we look.
      const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '')
      const field = (label: string): number =>
        Number(new RegExp(`^${label}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
      return { pid: Number(name), parent: field('PPid'), peakKb: field('VmHWM') }
    })
  return Promise.all(read)
}
