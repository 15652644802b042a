/** DynamoDB answered inside the process and at once: what is left is our own work and the SDK's. */
import { EventEmitter } from 'node:events'
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Readable } from 'node:stream'

/** Before the function is loaded: the SDK takes `http.request` when it sends for the first time. */
export function stubDynamoDb(): void {
  const real = http.request
  const stubbed = (options: RequestOptions, answer: (response: IncomingMessage) => void): ClientRequest =>
    isForDynamoDb(options) ? answered(answer) : real(options, answer)
  Object.assign(http, { request: stubbed })
}

const isForDynamoDb = ({ headers = {} }: RequestOptions): boolean =>
  'x-amz-target' in headers && String(headers['x-amz-target']).startsWith('DynamoDB_20120810.')

function answered(answer: (response: IncomingMessage) => void): ClientRequest {
  const request = Object.assign(new EventEmitter(), {
    end: () => setImmediate(() => answer(emptyAnswer())),
    destroy() {},
  })
  return request as unknown as ClientRequest
}

function emptyAnswer(): IncomingMessage {
  const response = Readable.from([Buffer.from('{}')], { objectMode: false })
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'content-length': '2' }
  return Object.assign(response, { statusCode: 200, headers }) as unknown as IncomingMessage
}
