// A shop that runs and a browser that visits it: the real program, a real database in a temporary folder, Debian's Chromium.
//
// Every page that a test opens is watched: a console error, a request that fails, or one that leaves for another host fails the test at its
// end. ECLUSE_BUILD is the build folder (default build/), CHROMIUM the browser.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const source = process.env.ECLUSE_SOURCE ?? path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const program = path.join(process.env.ECLUSE_BUILD ?? path.join(source, 'build'), 'ecluse')
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium'

export const phone = { width: 360, height: 740 }
export const desktop = { width: 1280, height: 900 }

// One team that is always there and a carrier every day, so that no date depends on when the test runs.
export const plainShop = `
shop: {name: Atelier du Quai, currency: EUR, time_zone: Europe/Paris, locale: fr}
promise: {hold_minutes: 20}
calendars: {always: {open: {mon-sun: "00:00-24:00"}}}
work_centers: {packing: {people: 3, calendar: always}}
items:
  jar: {on_hand: 1000, unit_cost: 1.00}
  rare: {on_hand: 3, unit_cost: 1.00}
  gone: {on_hand: 0, unit_cost: 1.00}
carriers:
  post: {cut_off: "23:00", collects: mon-sun, transit_days: 2, delivers: mon-sun, charge: 6.90, vat_rate: 20}
offers:
  jar: {name: {fr: "Crème de caramel", en: "Caramel cream"}, price: 29.90, vat_rate: 5.5, carrier: post, items: {jar: 1},
        routing: [{work_center: packing, minutes: 1}]}
  rare: {name: {fr: "Pièce rare", en: "Rare piece"}, price: 120.00, vat_rate: 20, carrier: post, items: {rare: 1}}
  limited: {name: {fr: "Édition limitée", en: "Limited edition"}, price: 12.50, vat_rate: 20, carrier: post, items: {jar: 1}, max_per_customer: 2}
  gone: {name: {fr: "Déjà parti", en: "Already gone"}, price: 8.00, vat_rate: 20, carrier: post, items: {gone: 1}}
  visit: {name: {fr: "Visite de l'atelier <b>", en: "Workshop visit <b>"}, price: 15.00, vat_rate: 20, on_site: true,
          routing: [{work_center: packing, minutes: 30}]}
`

const playwright = await import('playwright-core').catch(() => undefined)

/** Ends this test file with exit code 77, saying why, where it cannot run. */
export function skipUnlessPossible() {
  const why = playwright === undefined ? 'no playwright-core: run npm ci'
    : !existsSync(program) ? `no program at ${program}`
      : !existsSync(browserPath) ? `no Chromium at ${browserPath}` : undefined
  if (why === undefined) return
  console.log(`skipped: ${why}`)
  process.exit(77)
}

/**
 * A database made of `shopText` or of a shop file, served on a free port; with `upstream`, in front of the shop there; `more` are further
 * words for serve.
 */
export async function openShop({ shopText = plainShop, shopFile, upstream, more = [] } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ecluse-browser-'))
  const file = shopFile === undefined ? path.join(folder, 'shop.yaml') : path.join(source, shopFile)
  if (shopFile === undefined) writeFileSync(file, shopText)
  const database = path.join(folder, 'shop.db')
  const made = spawnSync(program, ['init', database, file], { encoding: 'utf8' })
  assert.equal(made.status, 0, made.stderr)
  const behind = upstream === undefined ? [] : ['--upstream', upstream]
  const server = spawn(program, ['serve', database, '--listen', '127.0.0.1:0', '--lang', 'en', ...behind, ...more],
    { stdio: ['ignore', 'pipe', 'inherit'] })
  process.on('exit', () => server.kill('SIGKILL')) // a test that fails in the middle leaves nothing behind
  const address = await new Promise((resolve, reject) => {
    let said = ''
    server.stdout.on('data', data => {
      said += data
      const found = said.match(/http:\/\/[\d.:]+/)
      if (found) resolve(found[0])
    })
    server.on('exit', code => reject(new Error(`serve ended with ${code}: ${said}`)))
  })
  return {
    address,
    file,
    run: (...words) => spawnSync(program, [words[0], database, ...words.slice(1)], { encoding: 'utf8' }),
    async close() {
      const ended = new Promise(resolve => server.on('exit', resolve))
      server.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

export function openBrowser() {
  return playwright.chromium.launch({
    executablePath: browserPath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync']
  })
}

/** A visitor without JavaScript, in their own browser profile; `from`: their address, as a proxy on this machine tells it. Call done() at the end: it fails on what went wrong unseen. */
export async function openVisitor(browser, shop, { language = 'fr', viewport = phone, javaScript = false, colorScheme = 'light', from } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: javaScript, viewport, colorScheme, locale: language === 'fr' ? 'fr-FR' : 'en-GB', baseURL: shop.address,
    extraHTTPHeaders: from === undefined ? {} : { 'X-Forwarded-For': from }
  })
  const wrong = []
  const expected = new Set()
  const page = await context.newPage()
  page.setDefaultTimeout(60000) // a machine that builds beside the tests is slow
  page.on('console', message => {
    const said = message.text()
    // A page that is served with 404, 409 or 422 on purpose is named by expectStatus.
    if (message.type() === 'error' && ![...expected].some(status => said.includes(`status of ${status}`))) wrong.push(`console: ${said}`)
  })
  page.on('pageerror', error => wrong.push(`script: ${error.message}`))
  page.on('request', request => {
    if (!request.url().startsWith(shop.address + '/')) wrong.push(`outside: ${request.url()}`)
  })
  page.on('requestfailed', request => {
    // A page that is left at once takes the request for its icon with it.
    const left = request.url().endsWith('/icon.svg') && request.failure()?.errorText === 'net::ERR_ABORTED'
    if (!left) wrong.push(`failed: ${request.url()}`)
  })
  return {
    page,
    context,
    expectStatus: status => expected.add(status),
    async done() {
      await context.close()
      assert.deepEqual(wrong, [])
    }
  }
}

/** Clicks what leads to another page, and waits until that is there. */
export async function press(page, selector) {
  await Promise.all([page.waitForEvent('load'), page.click(selector)])
}

/** Puts one of an offer into the cart from its page and goes to the form. */
export async function goToCheckout(page, offer) {
  await page.goto(`/offers/${offer}`)
  await press(page, 'button.buy')
  await press(page, 'a.buy')
}

/** From the page of a hold: begins payment, then confirms. */
export async function payAndConfirm(page) {
  await press(page, 'form[action$="/pay"] button')
  await press(page, 'form[action$="/confirm"] button')
}

export async function fillAddress(page, more = {}) {
  const values = {
    name: 'Anne Le Goff', email: 'anne@example.org', phone: '06 00 00 00 00', street: '3 rue des Filets',
    postcode: '29900', city: 'Concarneau', country: 'France', ...more
  }
  for (const [name, value] of Object.entries(values)) {
    if (await page.locator(`[name="${name}"]`).count() > 0) await page.fill(`[name="${name}"]`, value)
  }
}

/** What a careful reader of the page's code would object to; an empty list is good. One look inside the page. */
export function findFaults(page) {
  return page.evaluate(() => {
    const faults = []
    const all = selector => [...document.querySelectorAll(selector)]
    const words = node => node.textContent.trim()
    if (!/^(fr|en)$/.test(document.documentElement.lang)) faults.push('html without lang')
    if (document.title.trim() === '') faults.push('no title')
    let level = 0
    for (const heading of all('h1, h2, h3, h4')) {
      const own = Number(heading.tagName[1])
      if (own > level + 1) faults.push(`h${own} after h${level}`)
      level = own
    }
    for (const image of all('img')) if (!image.hasAttribute('alt')) faults.push(`no alt: ${image.src}`)
    for (const field of all('input:not([type=hidden]), select, textarea')) {
      if (![...field.labels].some(label => words(label) !== '')) faults.push(`no label: ${field.name}`)
      const note = field.getAttribute('aria-describedby')
      if (note !== null && document.getElementById(note) === null) faults.push(`no note: ${note}`)
    }
    for (const link of all('a:not([aria-hidden]), button')) if (words(link) === '') faults.push(`no words: ${link.outerHTML}`)
    for (const nav of all('nav')) if (!nav.hasAttribute('aria-label')) faults.push('nav without a name')
    const ids = all('[id]').map(node => node.id)
    for (const id of new Set(ids)) if (ids.filter(other => other === id).length > 1) faults.push(`id twice: ${id}`)
    for (const one of ['h1', 'main']) if (all(one).length !== 1) faults.push(`not exactly one ${one}`)
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push('wider than the screen')
    return faults
  })
}
