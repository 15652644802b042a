/** The part of the configuration that each function reads: the `config.json` beside its code. */
import type { DataMap, Locale, Scope } from '../data-map/data-map.ts'
import type { IsoDuration } from '../data-map/retention.ts'
import type { Deauthorize, DeletionConfig, EmailRequests, MetaApp } from './define.ts'
import type { Promises } from './page-promises.ts'

/** What several functions read. */
interface Shared {
  readonly dataMap: DataMap
  readonly mapHash: string
  readonly keepRequests: IsoDuration
  readonly journalDays: number
  /** How many erasers work at once, and share the pace of each table. */
  readonly workers: number
  readonly timeZone: string
  /** Of the configured jurisdictions; the earliest sets `dueAt`. */
  readonly deadlines: readonly IsoDuration[]
}

export interface CallbackConfig extends Pick<Shared, 'timeZone' | 'deadlines'> {
  readonly apps: Readonly<
    Record<
      string,
      Pick<MetaApp, 'product' | 'identity' | 'scope'> & {
        /** How long after removing the app a person is erased. Absent: never. */
        readonly eraseAfter?: IsoDuration
      }
    >
  >
  readonly reviewOlderThanDays: number
}

export interface StatusConfig
  extends Pick<DeletionConfig, 'organization' | 'locales'>,
    Pick<DataMap, 'categories' | 'reasons'> {
  /** The routes that exist, in API Gateway's notation. */
  readonly routes: readonly string[]
  readonly promises: Promises
  /** The address that takes requests by mail, if any does. */
  readonly requestAddress?: string
  readonly recipients: readonly Told[]
}

/** A recipient that a holding tells to delete the person's data. */
export interface Told {
  readonly name: string
  readonly holding: string
  readonly scope: Scope
  /** A person tells it, and an operator confirms that. */
  readonly isTask: boolean
}

/** For requests by email and by the form. */
export interface EmailIntakeConfig
  extends Pick<DeletionConfig, 'locales'>,
    Pick<EmailRequests, 'identity'>,
    Pick<Shared, 'deadlines'> {
  /** The address that takes requests. */
  readonly address: string
  readonly confirmWithin: IsoDuration
}

export interface RequestFormConfig extends StatusConfig {
  readonly email: EmailIntakeConfig
}

export interface ConfirmConfig extends StatusConfig, Pick<Shared, 'keepRequests'> {
  /** A duration, or `none`. */
  readonly coolingOff: IsoDuration
}

export interface NotifyConfig
  extends Pick<DeletionConfig, 'organization'>,
    Pick<DataMap, 'categories' | 'reasons'> {
  /** The keys of `categories` that are deleted. */
  readonly erased: readonly string[]
  /** The address that mails come from. */
  readonly address: string
  /** The address for replies, if `address` receives no mail. */
  readonly replyTo?: string
  readonly confirmWithin: IsoDuration
  readonly answersPerDay: number
}

export interface EraseConfig extends Omit<Shared, 'deadlines'> {
  /** What becomes of people who remove these apps. */
  readonly deauthorize: Readonly<Record<string, Deauthorize>>
}

export interface RetentionConfig extends Pick<Shared, 'dataMap' | 'workers' | 'timeZone' | 'deadlines'> {
  /** The language of mails to people who have not made a request. */
  readonly locale: Locale
}

export type SweepConfig = Pick<Shared, 'keepRequests'>

export interface ViewConfig extends Pick<Shared, 'dataMap' | 'mapHash' | 'workers'> {
  readonly apps: Readonly<Record<string, Pick<MetaApp, 'appId' | 'identity' | 'scope'>>>
  /** How long the links in mails work. Absent without `email`. */
  readonly links?: { readonly confirmWithin: IsoDuration; readonly coolingOff: IsoDuration }
}

export interface OperateConfig extends Shared, Pick<ViewConfig, 'apps'> {
  /** The one extension that each configured jurisdiction allows. */
  readonly extensions: readonly IsoDuration[]
}

export const keepRequests = ({ keep }: Pick<DeletionConfig, 'keep'>): IsoDuration => keep?.requests ?? 'P24M'
export const coolingOff = (email: EmailRequests): IsoDuration => email.coolingOff ?? 'PT24H'
export const confirmWithin = (email: EmailRequests): IsoDuration => email.confirmWithin ?? 'P7D'
