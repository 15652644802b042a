/** The embedded engine of SQS and S3: one server has both, on one address. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { DataFolder } from '../state/data-folder.ts'
import { REGION } from './engines.ts'
import type { SqsS3EngineSetup } from './sqs-s3-engine.ts'

export interface SqsS3 {
  readonly endpoint: string
  close(): Promise<void>
}

/** Queues and objects are kept where the folder is kept. */
export async function startSqsS3(folder: DataFolder): Promise<SqsS3> {
  const setup: SqsS3EngineSetup = { region: REGION, dataDir: folder.kept ? folder.file('sqs') : undefined }
  const worker = new Worker(new URL('sqs-s3-engine.ts', import.meta.url), {
    env: {},
    execArgv: [],
    workerData: setup,
  })
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
