/** Hosts a function as Lambda would: in a thread, environment and module graph of its own, killed when it is late. */
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import { ACCOUNT, REGION } from '../engines/engines.ts'

export interface FunctionOptions {
  readonly name: string
  /** File URL of the module. */
  readonly module: string
  /** The name of its export. */
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  /** The whole environment of the function. */
  readonly env: Readonly<Record<string, string>>
  readonly log: Log
}

/** Takes one line. */
export type Log = (line: string) => void

export type HostedFunction = ReturnType<typeof hostFunction>

class FunctionError extends Error {
  override readonly name = 'FunctionError'
  readonly errorType: string
  constructor(errorType: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.errorType = errorType
  }
}

/** Describes an error as Lambda's runtime writes it into the log. */
export function describeError(error: unknown) {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return { errorType: name, errorMessage: message, stack: stack.split('\n') }
}

/** The `workerData` of the worker; then the messages to it and from it. */
export interface WorkerSetup {
  readonly module: string
  readonly handler: string
  readonly context: Readonly<Record<string, string>>
  /** The folder of what this process has compiled: a thread does not know it by itself. */
  readonly compileCache: string | undefined
}
export interface Call {
  readonly id: string
  readonly event: string
  readonly deadline: number
}
export type Answer =
  | { readonly ready: true }
  | { readonly id: string; readonly result: string }
  | { readonly id: string; readonly error: ReturnType<typeof describeError> }

export function hostFunction(options: FunctionOptions) {
  let current: Environment | undefined
  const environment = () => {
    current ??= startEnvironment(options, (gone) => {
      if (current === gone) current = undefined
    })
    return current
  }
  return {
    /**
     * Invokes the function, and starts it first if it is not running. Invocations may overlap.
     *
     * @throws {@link FunctionError} when the handler throws, is late, or its worker dies.
     */
    async invoke(event: unknown): Promise<unknown> {
      const running = environment()
      await running.ready
      return running.call(event)
    },
    /** Starts the worker without invoking it. */
    prewarm: (): Promise<void> => environment().ready,
    close: async (): Promise<void> =>
      current?.stop(new FunctionError('Shutdown', `${options.name} is being shut down`)),
  }
}

/** One worker thread, from its start to its end. */
interface Environment {
  readonly ready: Promise<void>
  call(event: unknown): Promise<unknown>
  stop(reason: FunctionError): Promise<void>
}

function startEnvironment(options: FunctionOptions, onGone: (gone: Environment) => void): Environment {
  const { name, module, handler, timeoutSeconds } = options
  const log = (line: string) => options.log(`${name} ${line}`)
  const calls = new Map<string, PromiseWithResolvers<unknown>>()
  const ready = Promise.withResolvers<undefined>()
  ready.promise.catch(() => {})
  const worker = new Worker(new URL('lambda-worker.ts', import.meta.url), {
    env: { ...options.env },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMb },
    stdout: true,
    stderr: true,
    workerData: {
      module,
      handler,
      context: contextOf(options),
      compileCache: process.env['NODE_COMPILE_CACHE'],
    } satisfies WorkerSetup,
  })
  for (const input of [worker.stdout, worker.stderr])
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', log)

  const gone = (reason: FunctionError) => {
    onGone(environment)
    ready.reject(reason)
    for (const call of calls.values()) call.reject(reason)
    calls.clear()
  }
  worker.on('error', (cause) => {
    log(`ERROR Uncaught Exception ${JSON.stringify(describeError(cause))}`)
    gone(new FunctionError('Runtime.ExitError', `${name} crashed`, { cause }))
  })
  worker.on('exit', () => gone(new FunctionError('Runtime.ExitError', `${name} exited without an answer`)))
  worker.on('message', (answer: Answer) => {
    if ('ready' in answer) return ready.resolve(undefined)
    const call = calls.get(answer.id)
    if ('result' in answer) return call?.resolve(JSON.parse(answer.result))
    log(`ERROR Invoke Error ${JSON.stringify(answer.error)}`)
    return call?.reject(new FunctionError(answer.error.errorType, answer.error.errorMessage))
  })

  const environment: Environment = {
    ready: ready.promise,
    async call(event) {
      const id = randomUUID()
      const call = Promise.withResolvers<unknown>()
      calls.set(id, call)
      const late = setTimeout(() => {
        log(`Task timed out after ${timeoutSeconds.toFixed(2)} seconds`)
        void environment.stop(
          new FunctionError('Sandbox.Timedout', `${name} timed out after ${timeoutSeconds} s`),
        )
      }, timeoutSeconds * 1000)
      const deadline = Date.now() + timeoutSeconds * 1000
      worker.postMessage({ id, event: JSON.stringify(event ?? null), deadline } satisfies Call)
      try {
        return await call.promise
      } finally {
        clearTimeout(late)
        calls.delete(id)
      }
    },
    async stop(reason) {
      gone(reason)
      await worker.terminate()
    },
  }
  return environment
}

const contextOf = ({ name, memoryMb }: FunctionOptions): WorkerSetup['context'] => ({
  functionName: name,
  functionVersion: '$LATEST',
  memoryLimitInMB: String(memoryMb),
  invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
  logGroupName: `/aws/lambda/${name}`,
  logStreamName: 'local',
})
