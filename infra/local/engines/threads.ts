/** The embedded engines that run in a thread of their own, with an empty environment. */
import { once } from 'node:events'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import type { DataFolder } from '../state/data-folder.ts'
import { type Engine, REGION } from './engines.ts'

/** One server for SQS and S3. Queues and objects are kept where the folder is kept. */
export const startSqsS3 = (folder: DataFolder): Promise<Engine> =>
  startThread(new URL('sqs-s3-engine.ts', import.meta.url), {
    workerData: { region: REGION, dataDir: folder.kept ? folder.file('sqs') : undefined },
  })

/** @param kept The mails that its `/store` showed in an earlier run, oldest first. */
export const startSesEngine = (kept: readonly unknown[]): Promise<Engine> =>
  // Its output is dropped: an error about an unreadable mail would name people.
  startThread(new URL('ses-engine.ts', import.meta.url), { workerData: { kept }, stdout: true, stderr: true })

async function startThread(module: URL, options: WorkerOptions): Promise<Engine> {
  const worker = new Worker(module, { ...options, env: {}, execArgv: [] })
  for (const output of [worker.stdout, worker.stderr]) output.resume()
  const [port] = (await once(worker, 'message')) as [number]
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      const exited = once(worker, 'exit')
      worker.postMessage('stop')
      const late = setTimeout(() => void worker.terminate(), 1000)
      await exited
      clearTimeout(late)
    },
  }
}
