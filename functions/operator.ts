/** The operator's tool, server side: `view` can change nothing, `operate` can. Each answers one command per call. */
import { http } from './http.ts'
import { answerFailure, answering } from './operator-call.ts'
import { OPERATE, operateDeps } from './operator-operate.ts'
import { VIEW, viewDeps } from './operator-view.ts'

export const view = http((env) => answering(VIEW, viewDeps(env)), answerFailure)
export const operate = http((env) => answering(OPERATE, operateDeps(env)), answerFailure)
