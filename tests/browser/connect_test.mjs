// The date on pages of another shop: web/promise.js as docs/connect.md says it is used, behind `serve --upstream` and from beside it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBrowser, openShop, openVisitor, phone, plainShop, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()
const source = process.env.ECLUSE_SOURCE ?? path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const manual = readFileSync(path.join(source, 'docs/connect.md'), 'utf8')
const block = kind => manual.match(new RegExp('```' + kind + '\n([^]*?)```'))[1]
const tag = block('html').match(/<script.*<\/script>/)[0]
const written = block('html').match(/<p .*<\/p>/)[0]
const inject = manual.match(/^ *(inject: {pages: \[\/product\/[^]*?\]})/m)[1].replaceAll('\n', ' ')
const listener = [...manual.matchAll(/```js\n([^]*?)```/g)].map(found => found[1]).find(code => code.includes('ecluse:promise'))

// Another shop: its pages are what a test puts here.
const pages = new Map()
let behind
let beside
let shop
let browser

const page = (body, { lang = 'fr', head = tag } = {}) =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Behind</title>` +
  `<link rel="icon" href="data:,"><style>${block('css')}</style>${head}</head><body>${body}<p id="below">below</p></body></html>`

const listen = () => new Promise(resolve => {
  const server = http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end(pages.get(request.url) ?? '')
  })
  server.listen(0, '127.0.0.1', () => resolve(server))
})

before(async () => {
  behind = await listen()
  beside = await listen()
  const sku = plainShop.replace('\n  jar: {name', '\n  85123A: {name').replace('  gone: {on_hand', '  none: {on_hand').replace('items: {gone: 1}', 'items: {none: 1}')
  shop = await openShop({
    shopText: `${sku}site: {requests_per_second: 400, requests_per_visit: 1, ${inject}}\n`,
    upstream: `http://127.0.0.1:${behind.address().port}`
  })
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await shop?.close()
  for (const server of [behind, beside]) {
    server?.close()
    server?.closeAllConnections()
  }
})

const dayAfter = (days, locale) => new Date(Date.now() + days * 86400000)
  .toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'Europe/Paris' })
const state = (page, selector) => page.waitForSelector(selector + '[data-ecluse-state]').then(found => found.getAttribute('data-ecluse-state'))
const textOf = (page, selector) => page.locator(selector).innerText()
const visit = (javaScript = true) => openVisitor(browser, shop, { javaScript, viewport: phone })

/** What the API was asked for. */
function asks(visitor) {
  const urls = []
  visitor.page.on('request', request => {
    if (request.url().includes('/ecluse/api/')) urls.push(request.url())
  })
  return urls
}

test('the date, its reason, the states, one request, and nothing moves', async () => {
  const visitor = await visit()
  const { page: tab } = visitor
  const asked = asks(visitor)
  pages.set('/shop', page(written + `<p data-ecluse-offer="gone">Bientôt</p><p data-ecluse-offer="visit"></p>
    <p data-ecluse-offer="85123A" id="again" aria-live="off"></p><p data-ecluse-offer="nobody" id="unknown"><b>Expédié</b> sous 48 h</p><p data-ecluse-offer=" "></p>`))
  await tab.addInitScript(`window.moved = 0
    new PerformanceObserver(list => { for (const one of list.getEntries()) moved += one.value }).observe({ type: 'layout-shift', buffered: true })
    window.said = []; window.console.log = (...words) => said.push(words)\n${listener}`)
  await tab.goto('/shop')
  assert.equal(await state(tab, '[data-ecluse-offer="85123A"]'), 'promised')
  assert.equal(await state(tab, '#again'), 'promised')
  assert.equal(await state(tab, '[data-ecluse-offer="gone"]'), 'sold-out')
  assert.equal(await state(tab, '[data-ecluse-offer="visit"]'), 'on-site')
  const first = tab.locator('[data-ecluse-offer="85123A"]').first()
  const date = await first.locator('.ecluse-date').innerText()
  const possible = [2, 3, 4].map(days => 'Chez vous au plus tard le ' + dayAfter(days, 'fr').replace(/ 1 /, ' 1er '))
  assert.ok(possible.includes(date), `${date}: none of ${possible}`)
  assert.match(await first.locator('.ecluse-reason').innerText(), /^[A-ZÀ-Ý].*\.$/)
  assert.equal(await first.getAttribute('aria-live'), 'polite')
  assert.equal(await tab.locator('#again').getAttribute('aria-live'), 'off')
  assert.match(await textOf(tab, '[data-ecluse-offer="gone"]'), /^Épuisé pour le moment/)
  assert.match(await textOf(tab, '[data-ecluse-offer="visit"]'), /^Réalisé au plus tard le /)
  assert.equal(await tab.locator('#unknown').evaluate(node => node.outerHTML), '<p data-ecluse-offer="nobody" id="unknown"><b>Expédié</b> sous 48 h</p>')
  assert.equal(asked.length, 1, asked.join())
  assert.equal(await tab.evaluate('moved'), 0)
  const said = await tab.evaluate('said')
  assert.deepEqual(said.map(words => words[0]).sort(), ['85123A', '85123A', 'gone', 'visit'])
  assert.match(said.find(words => words[0] === '85123A')[1], /^\d{4}-\d\d-\d\d$/)
  await visitor.done()
})

test('English by the nearest lang; labels of the shop are text, not markup', async () => {
  const visitor = await visit()
  pages.set('/en', page(`${written}<div lang="fr-CA"><p data-ecluse-offer="visit"></p></div>`, { lang: 'en-GB' }))
  await visitor.page.goto('/en')
  await state(visitor.page, '[data-ecluse-offer="visit"]')
  const date = await textOf(visitor.page, '[data-ecluse-offer="85123A"] .ecluse-date')
  assert.ok([2, 3, 4].map(days => 'With you by ' + dayAfter(days, 'en-GB').replace(',', '')).includes(date), date)
  assert.match(await textOf(visitor.page, '[data-ecluse-offer="visit"]'), /^Réalisé/)
  assert.equal(await visitor.page.locator('[data-ecluse-offer] b').count(), 0)
  await visitor.done()
})

test('an element that comes later, and one that changes its offer', async () => {
  const visitor = await visit()
  const { page: tab } = visitor
  const asked = asks(visitor)
  pages.set('/later', page(''))
  await tab.goto('/later')
  await tab.evaluate(markup => document.body.insertAdjacentHTML('afterbegin', markup), written)
  assert.equal(await state(tab, '[data-ecluse-offer]'), 'promised')
  const change = name => tab.evaluate(name => { document.querySelector('[data-ecluse-offer]').dataset.ecluseOffer = name }, name)
  await change('gone')
  await tab.waitForSelector('[data-ecluse-state=sold-out]')
  await change('nobody')
  await tab.waitForSelector('[data-ecluse-offer]:not([data-ecluse-state])')
  assert.equal(await textOf(tab, '[data-ecluse-offer]'), 'Expédié sous 48 h')
  await change('85123A')
  assert.equal(await state(tab, '[data-ecluse-offer]'), 'promised')
  assert.equal(asked.length, 3, 'known names are not asked for again')
  await visitor.done()
})

test('at most 24 names a page', async () => {
  const visitor = await visit()
  const asked = asks(visitor)
  const more = Array.from({ length: 30 }, (_, i) => `<i data-ecluse-offer="n${i}">own</i>`).join('')
  pages.set('/many', page(more + written))
  await visitor.page.goto('/many')
  await visitor.page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<i data-ecluse-offer="rare">own</i>'))
  await visitor.page.waitForTimeout(500)
  // One question, or several where the page came in pieces.
  assert.equal(asked.flatMap(url => new URL(url).searchParams.get('names').split(',')).length, 24)
  assert.equal(await visitor.page.locator('[data-ecluse-state]').count(), 0)
  await visitor.done()
})

for (const [why, answer] of [
  ['busy', route => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"status":503}' })],
  ['no JSON', route => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Maintenance</h1>' })],
  ['something else', route => route.fulfill({ status: 200, contentType: 'application/json', body: '{"offers":[{"asked":"85123A"}]}' })],
  ['silent', () => {}]
]) {
  test(`leaves the page as it was when the server is ${why}`, async () => {
    const context = await browser.newContext({ baseURL: shop.address })
    const tab = await context.newPage()
    const wrong = []
    tab.on('pageerror', error => wrong.push(error.message))
    await tab.route('**/ecluse/api/**', answer)
    pages.set('/fails', page(written))
    const ended = why === 'silent' ? tab.waitForEvent('requestfailed', { timeout: 20000 }) : tab.waitForEvent('response', reply => reply.url().includes('/api/'))
    await tab.goto('/fails')
    await ended
    await tab.waitForTimeout(200)
    assert.equal(await tab.locator('[data-ecluse-offer]').evaluate(node => node.outerHTML), written)
    assert.deepEqual(wrong, [])
    await context.close()
  })
}

test('from another origin, by the address of the script', async () => {
  const context = await browser.newContext({ baseURL: `http://127.0.0.1:${beside.address().port}` })
  const tab = await context.newPage()
  const wrong = []
  tab.on('console', message => { if (message.type() === 'error') wrong.push(message.text()) })
  pages.set('/beside', page(written, { head: tag.replace('src="', 'src="' + shop.address) }))
  await tab.goto('/beside')
  assert.equal(await state(tab, '[data-ecluse-offer]'), 'promised')
  assert.deepEqual(wrong, [])
  const closed = await tab.evaluate(address => fetch(address + '/ecluse/api/v1/queue').then(() => 'read', () => 'refused'), shop.address)
  assert.equal(closed, 'refused')
  await context.close()
})

test('never blocks: the page is whole while the script does not come', async () => {
  const visitor = await visit()
  await visitor.page.route('**/promise.js', async route => {
    await new Promise(resolve => setTimeout(resolve, 1500))
    await route.continue()
  })
  pages.set('/slow', page(written))
  await visitor.page.goto('/slow', { waitUntil: 'domcontentloaded' })
  assert.equal(await textOf(visitor.page, '#below'), 'below')
  assert.equal(await visitor.page.locator('[data-ecluse-state]').count(), 0)
  assert.equal(await state(visitor.page, '[data-ecluse-offer]'), 'promised')
  await visitor.done()
})

// A product page as WooCommerce's own templates make it (single-product/title, price, add-to-cart/simple, meta), cut down.
const product = (sku, more = '') => `<!DOCTYPE html>
<html lang="fr-FR"><head><meta charset="UTF-8"><title>Le coffret</title><link rel="icon" href="data:,"></head>
<body class="product-template-default single single-product woocommerce">${more}
<div id="product-17" class="product type-product instock"><div class="summary entry-summary">
<h1 class="product_title entry-title">Le coffret</h1><p class="price"><bdi>29,90&nbsp;€</bdi></p>
<form class="cart" method="post"><button type="submit" name="add-to-cart" value="17">Ajouter au panier</button></form>
<div class="product_meta">
	<span class="sku_wrapper">UGS : <span class="sku">${sku}</span></span>
	<span class="posted_in">Catégorie : <a href="/categorie/coffrets/" rel="tag">Coffrets</a></span>
</div></div></div><p id="below">below</p></body></html>`

test('the date on a product page that nobody has touched', async () => {
  const visitor = await visit()
  pages.set('/product/coffret/', product('85123A'))
  await visitor.page.goto('/product/coffret/')
  assert.equal(await state(visitor.page, '.summary > form + script + [data-ecluse-offer="85123A"]'), 'promised')
  assert.match(await textOf(visitor.page, '[data-ecluse-offer] .ecluse-date'), /^Chez vous au plus tard le /)
  assert.equal(await visitor.page.locator('form.cart + script + p + .product_meta .sku').innerText(), '85123A')
  await visitor.done()
})

test('a page without SKU, one that has the element already, one of another kind: as the shop made them', async () => {
  const visitor = await visit()
  for (const [path, page] of [['/product/sans/', product('').replace('<span class="sku"></span>', '')], ['/product/own/', product('85123A', written)],
    ['/page/coffret/', product('85123A')]]) {
    pages.set(path, page)
    await visitor.page.goto(path)
    const got = await visitor.page.evaluate(async path => (await fetch(path)).text(), path)
    assert.equal(got, page)
  }
  await visitor.done()
})
