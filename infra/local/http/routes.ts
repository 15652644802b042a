/** API Gateway's choice of a route: the most specific one that matches, else `$default`. */

export interface RouteMatch<T> {
  readonly routeKey: string
  readonly target: T
  /** The decoded values of `{…}`; undefined when the route has none. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined
}

export type Router<T> = (method: string, rawPath: string) => RouteMatch<T> | undefined

/** Routes in API Gateway's notation: `GET /status/{code}`, `ANY /files/{path+}`, `$default`. */
export function router<T>(routes: Readonly<Record<string, T>>): Router<T> {
  const parsed = Object.entries(routes)
    .filter(([routeKey]) => routeKey !== '$default')
    .map(([routeKey, target]) => {
      const [method = '', path = ''] = routeKey.split(' ')
      return { routeKey, target, method, segments: path.split('/').slice(1) }
    })
    .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))

  return (method, rawPath) => {
    const path = rawPath.split('/').slice(1).map(decoded)
    for (const route of parsed) {
      if (route.method !== method && route.method !== 'ANY') continue
      const found = parametersOf(route.segments, path)
      if (found) {
        const pathParameters = Object.keys(found).length > 0 ? found : undefined
        return { routeKey: route.routeKey, target: route.target, pathParameters }
      }
    }
    const target = routes['$default']
    return target === undefined ? undefined : { routeKey: '$default', target, pathParameters: undefined }
  }
}

/** A text with invalid escapes stays as it is: the function then answers that there is nothing. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Sorts literals before parameters before greedy ones, and a named method before `ANY`. */
const rank = ({ method, segments }: { method: string; segments: readonly string[] }): string =>
  segments.map((segment) => (segment.endsWith('+}') ? '2' : segment.startsWith('{') ? '1' : '0')).join('') +
  (method === 'ANY' ? '1' : '0')

function parametersOf(
  segments: readonly string[],
  path: readonly string[],
): Record<string, string> | undefined {
  const greedy = segments.at(-1)?.endsWith('+}') === true
  if (greedy ? path.length < segments.length : path.length !== segments.length) return undefined
  const found: Record<string, string> = {}
  for (const [at, segment] of segments.entries()) {
    const value = greedy && at === segments.length - 1 ? path.slice(at).join('/') : (path[at] ?? '')
    if (!segment.startsWith('{')) {
      if (segment !== value) return undefined
    } else if (value === '') return undefined
    else found[segment.replace(/[{}+]/g, '')] = value
  }
  return found
}
