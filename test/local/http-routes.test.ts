import { describe, expect, it } from 'vitest'
import { router } from '../../infra/local/http/routes.ts'

const route = router({
  $default: 'default',
  'GET /files/{path+}': 'greedy',
  'ANY /status/{code}': 'any',
  'GET /status/{code}': 'one',
  'GET /status/help': 'literal',
  'GET /status': 'list',
  'GET /': 'root',
})

describe('router', () => {
  it.each([
    ['GET', '/', 'GET /'],
    ['GET', '/status', 'GET /status'],
    ['GET', '/status/help', 'GET /status/help'],
    ['GET', '/status/abc', 'GET /status/{code}'],
    ['POST', '/status/help', 'ANY /status/{code}'],
    ['GET', '/status/', '$default'],
    ['GET', '/status/a/b', '$default'],
    ['GET', '/files/a/b', 'GET /files/{path+}'],
    ['GET', '/files', '$default'],
    ['HEAD', '/', '$default'],
  ])('%s %s goes to %s', (method, path, routeKey) => {
    expect(route(method, path)?.routeKey).toBe(routeKey)
  })

  it('decodes path parameters', () => {
    expect(route('GET', '/status/a%20%2F%C3%A9')?.pathParameters).toEqual({ code: 'a /é' })
  })

  it('gives a route without parameters none', () => {
    expect(route('GET', '/status')?.pathParameters).toBeUndefined()
  })

  it('finds nothing where nothing fits and there is no default', () => {
    expect(router({ 'GET /': 'root' })('GET', '/other')).toBeUndefined()
  })
})
