/** What runs inside the worker thread of a function. */
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { type Answer, type Call, describeError, type WorkerSetup } from './lambda.ts'

const { module, handler: exportName, context, compileCache } = workerData as WorkerSetup
// Else each start compiles the function and its libraries again, which is half of its work.
if (compileCache !== undefined) enableCompileCache(compileCache)
type Handler = (event: unknown, context: object) => unknown
const exports = (await import(module)) as Readonly<Record<string, Handler | undefined>>
const handler = exports[exportName]
if (typeof handler !== 'function') throw new TypeError(`${context['functionName']} exports no ${exportName}`)

const send = (answer: Answer) => parentPort?.postMessage(answer)

async function answer(handle: Handler, { id, event, deadline }: Call): Promise<void> {
  try {
    const result = await handle(JSON.parse(event), {
      ...context,
      awsRequestId: id,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    })
    send({ id, result: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    send({ id, error: describeError(error) })
  }
}

parentPort?.on('message', (call: Call) => void answer(handler, call))
send({ ready: true })
