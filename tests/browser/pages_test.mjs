// What a visitor meets besides buying: no's, errors, languages, other people's links; and the headers of it all.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gunzipSync, brotliDecompressSync } from 'node:zlib'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import { desktop, fillAddress, findFaults, goToCheckout, openBrowser, openShop, openVisitor, plainShop, press, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()
let shop
let browser

before(async () => {
  shop = await openShop()
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await shop?.close()
})

/** A request as it stands on the wire: nothing is decoded, followed or added. */
const get = (path, headers = {}, method = 'GET', body) => new Promise((resolve, reject) => {
  const request = http.request(shop.address + path, { method, headers }, response => {
    const pieces = []
    response.on('data', piece => pieces.push(piece))
    response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) }))
  })
  request.on('error', reject)
  request.end(body)
})
const formType = { 'Content-Type': 'application/x-www-form-urlencoded' }

test('a sold-out offer says so, without a button', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: desktop })
  const { page } = visitor
  await page.goto('/offers/gone')
  assert.ok((await page.innerText('main')).includes('Sold out for now'))
  assert.equal(await page.locator('button.buy').count(), 0)
  assert.deepEqual(await findFaults(page), [])
  await visitor.done()
})

test('an offer that sells out between cart and hold: the form says what to do', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: desktop })
  const { page } = visitor
  visitor.expectStatus(409)
  await page.goto('/offers/rare')
  await page.fill('#quantity', '2')
  await press(page, 'button.buy')
  await press(page, 'a.buy')
  await fillAddress(page)
  const taken = shop.run('order', 'rare=3', '--email', 'first@example.org')
  assert.equal(taken.status, 0, taken.stderr)
  await press(page, 'button.buy')
  const alert = await page.innerText('[role="alert"]')
  assert.ok(alert.includes('We cannot promise this order'), alert)
  assert.equal(await page.inputValue('[name="name"]'), 'Anne Le Goff', 'what was typed is kept')
  assert.deepEqual(await findFaults(page), [])
  await page.goto('/cart')
  assert.ok((await page.innerText('main')).includes('Sold out for now'))
  await visitor.done()
  // The offer's page, which comes from memory, says so too: stale for a second at most, then asked for by its next viewers.
  let shown = ''
  for (const end = Date.now() + 10000; Date.now() < end && !shown.includes('Sold out for now');) {
    await new Promise(resolve => setTimeout(resolve, 100))
    shown = (await get('/offers/rare', { 'Accept-Language': 'en' })).body.toString()
  }
  assert.match(shown, /Sold out for now/)
  assert.doesNotMatch(shown, /name="action" value="add"/)
  assert.match(shown, /\/wish\?offer=rare/)
})

test('more than max_per_customer names the offer and what is left', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en' })
  const { page } = visitor
  await page.goto('/offers/limited')
  await page.fill('#quantity', '5')
  await press(page, 'button.buy')
  const alert = await page.innerText('[role="alert"]')
  assert.match(alert, /“Limited edition” is limited per customer/)
  assert.match(alert, /still order: 2\b/)
  await page.fill('[name="units-limited"]', '2')
  await press(page, 'button.plain')
  assert.equal(await page.locator('[role="alert"]').count(), 0)
  await press(page, 'button[name="remove"]')
  assert.ok((await page.innerText('main')).includes('Your cart is empty'))
  await visitor.done()
})

test('an incomplete form lists its errors beside their fields and keeps the rest', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'fr' })
  const { page } = visitor
  visitor.expectStatus(422)
  await goToCheckout(page, 'jar')
  await fillAddress(page, { email: 'anne@', city: '' })
  await press(page, 'button.buy')
  assert.deepEqual(await page.$$eval('[role="alert"] a', links => links.map(link => link.getAttribute('href'))), ['#email', '#city'])
  for (const name of ['email', 'city']) {
    assert.equal(await page.getAttribute(`#${name}`, 'aria-invalid'), 'true')
    assert.equal(await page.locator(`#${await page.getAttribute(`#${name}`, 'aria-describedby')}`).count(), 1)
  }
  assert.equal(await page.inputValue('#street'), '3 rue des Filets')
  assert.deepEqual(await findFaults(page), [])
  await visitor.done()
})

test('the language follows the visitor, the address, then the cookie', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'fr' })
  const { page } = visitor
  await page.goto('/offers')
  assert.equal(await page.getAttribute('html', 'lang'), 'fr')
  await press(page, '.langs a[lang="en"]')
  assert.equal(await page.getAttribute('html', 'lang'), 'en')
  await page.goto('/about')
  assert.equal(await page.getAttribute('html', 'lang'), 'en')
  assert.deepEqual(await page.$$eval('link[hreflang]', links => links.map(link => link.getAttribute('hreflang'))), ['fr', 'en'])
  await visitor.done()
  const choose = async accept => (await get('/', { 'Accept-Language': accept })).headers['content-language']
  assert.equal(await choose('en;q=0.3, fr;q=0.2'), 'en')
  assert.equal(await choose('de, fr-CA;q=0.5, en;q=0.4'), 'fr')
  assert.equal(await choose('de'), 'fr')
  assert.equal(await choose('en;q=0, *'), 'fr')
})

test('search finds without accents and case; what is typed stays text', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'fr' })
  const { page } = visitor
  await page.goto('/offers')
  await page.fill('#q', 'CREME caramel')
  await press(page, '.search button')
  assert.deepEqual(await page.$$eval('.card h2', titles => titles.map(title => title.innerText)), ['Crème de caramel'])
  await page.fill('#q', '"><b>x')
  await press(page, '.search button')
  assert.equal(await page.inputValue('#q'), '"><b>x')
  assert.equal(await page.locator('.card').count(), 0)
  assert.equal(await page.locator('.found').innerText(), 'Aucune offre ne correspond à «\u00a0"><b>x\u00a0». Tout afficher')
  assert.deepEqual(await findFaults(page), [])
  await visitor.done()
})

test('an order opens only with its token', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en' })
  const { page } = visitor
  await goToCheckout(page, 'jar')
  await fillAddress(page)
  await press(page, 'button.buy')
  const path = new URL(page.url()).pathname
  const link = await page.getAttribute('.keep a', 'href')
  await visitor.done()
  assert.equal((await get(path)).status, 404)
  assert.equal((await get(`${path}?token=${'0'.repeat(32)}`)).status, 404)
  assert.equal((await get(`${path}/cancel`, formType, 'POST')).status, 404)
  const friend = await openVisitor(browser, shop, { language: 'en' })
  await friend.page.goto(link)
  assert.equal(new URL(friend.page.url()).search, '', 'the token leaves the address')
  assert.ok((await friend.page.innerText('main')).includes('Held for you'))
  await friend.done()
})

test('another site’s form changes nothing', async () => {
  const body = 'action=add&offer=jar'
  const host = new URL(shop.address).host
  const post = async headers => (await get('/cart', { ...formType, ...headers }, 'POST', body)).status
  assert.equal(await post({}), 303)
  assert.equal(await post({ Origin: shop.address }), 303)
  assert.equal(await post({ Origin: 'https://evil.example' }), 403)
  assert.equal(await post({ Origin: `http://${host}.evil.example` }), 403)
  assert.equal(await post({ Origin: 'null' }), 403)
  assert.equal(await post({ 'Sec-Fetch-Site': 'cross-site' }), 403)
  assert.equal(await post({ 'Sec-Fetch-Site': 'same-site', Origin: shop.address }), 403)
})

test('a cart that nobody signed is empty, and garbage is answered by a page', async () => {
  const cart = async cookie => (await get('/cart', { Cookie: `ecluse_cart=${cookie}`, 'Accept-Language': 'en' })).body.toString()
  const real = (await get('/cart', formType, 'POST', 'action=add&offer=jar&quantity=2')).headers['set-cookie'][0].split(/[=;]/)[1]
  assert.match(await cart(real), /value="2"/)
  assert.match(await cart(real.replace(':2', ':3')), /Your cart is empty/)
  for (const junk of ['', 'x', '.'.repeat(40), `${'0'.repeat(16)}.0:1`, '%00', real + '.0:1']) assert.match(await cart(junk), /Your cart is empty/, junk)
  for (const form of ['', 'action=add', 'action=add&offer=nobody', 'action=%zz', 'action=add&offer=jar&quantity=-1', 'key=1&cart=0:1']) {
    for (const place of ['/cart', '/checkout']) {
      const answer = await get(place, { ...formType, 'Accept-Language': 'en' }, 'POST', form)
      assert.ok([303, 404, 422].includes(answer.status), `${place} ${form}: ${answer.status}`)
    }
  }
  assert.equal((await get('/cart', {}, 'DELETE')).headers.allow, 'GET, HEAD, POST')
  assert.equal((await get('/offers/jar', formType, 'POST', 'x=1')).status, 405)
})

test('pages are sent from memory: codings, ETags, 304, HEAD', async () => {
  const plain = await get('/offers/jar')
  const gzip = await get('/offers/jar', { 'Accept-Encoding': 'gzip' })
  const brotli = await get('/offers/jar', { 'Accept-Encoding': 'gzip;q=0.5, br' })
  assert.equal(plain.headers['content-encoding'], undefined)
  assert.equal(gzip.headers['content-encoding'], 'gzip')
  assert.equal(brotli.headers['content-encoding'], 'br')
  assert.deepEqual(gunzipSync(gzip.body), plain.body)
  assert.deepEqual(brotliDecompressSync(brotli.body), plain.body)
  const tags = [plain, gzip, brotli].map(answer => answer.headers.etag)
  assert.equal(new Set(tags).size, 3)
  assert.match(plain.headers.vary, /Accept-Encoding.*Accept-Language.*Cookie/)
  assert.equal((await get('/offers/jar', { 'Accept-Encoding': 'br;q=0, gzip;q=0' })).headers['content-encoding'], undefined)
  for (const condition of [tags[0], `W/${tags[0]}`, `"x", ${tags[0]}`, '*']) {
    const same = await get('/offers/jar', { 'If-None-Match': condition })
    assert.equal(same.status, 304, condition)
    assert.equal(same.headers.etag, tags[0])
    assert.equal(same.body.length, 0)
  }
  assert.equal((await get('/offers/jar', { 'If-None-Match': '"x"' })).status, 200)
  assert.equal((await get('/offers/jar', { 'If-None-Match': tags[0], 'Accept-Language': 'en' })).status, 200)
  const head = await get('/offers/jar', {}, 'HEAD')
  assert.equal(Number(head.headers['content-length']), plain.body.length)
  assert.equal(head.body.length, 0)
})

test('every page has its protections; pictures and styles last', async () => {
  for (const path of ['/', '/offers', '/offers/jar', '/cart', '/about', '/nowhere']) {
    const { headers } = await get(path)
    assert.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/, path)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.ok(headers['referrer-policy'])
  }
  assert.equal((await get('/cart')).headers['cache-control'], 'no-store')
  const page = (await get('/')).body.toString()
  for (const path of [page.match(/src="([^"]+)"/)[1], page.match(/stylesheet" href="([^"]+)"/)[1]]) {
    const file = await get(path)
    assert.equal(file.status, 200, path)
    assert.match(file.headers['cache-control'], /immutable/)
  }
  const picture = page.match(/src="([^"]+)"/)[1]
  assert.match((await get(picture)).headers['content-security-policy'], /default-src 'none'.*sandbox/)
  const old = await get(picture.replace(/\w+$/, '0123456789abcdef'))
  assert.equal(old.headers.location, picture, 'an older address leads to the present picture')
  assert.equal((await get('/pictures/nobody/x')).status, 404)
})

test('a page that is not there leads on', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'fr' })
  const { page } = visitor
  visitor.expectStatus(404)
  const answer = await page.goto('/offers/pas-la')
  assert.equal(answer.status(), 404)
  assert.deepEqual(await findFaults(page), [])
  await press(page, 'main a')
  assert.match(page.url(), /\/offers$/)
  await visitor.done()
})

test('a changed shop file shows on the next view, and a cart keeps what is still offered', async () => {
  const cookie = (await get('/cart', formType, 'POST', 'action=add&offer=jar')).headers['set-cookie'][0].split(';')[0]
  const both = (await get('/cart', { ...formType, Cookie: cookie }, 'POST', 'action=add&offer=limited')).headers['set-cookie'][0].split(';')[0]
  const before = await get('/offers/jar', { 'Accept-Language': 'en' })
  assert.match(before.body.toString(), /€29\.90/)
  const text = plainShop.replace('price: 29.90', 'price: 31.50').replace(/^ {2}limited:.*\n/m, '')
  writeFileSync(shop.file, text)
  const applied = shop.run('apply', shop.file)
  assert.equal(applied.status, 0, applied.stderr)
  const after = await get('/offers/jar', { 'Accept-Language': 'en', 'If-None-Match': before.headers.etag })
  assert.equal(after.status, 200)
  assert.match(after.body.toString(), /€31\.50/)
  assert.equal((await get('/offers/limited')).status, 404)
  const cart = (await get('/cart', { Cookie: both, 'Accept-Language': 'en' })).body.toString()
  assert.match(cart, /Caramel cream/)
  assert.doesNotMatch(cart, /Limited edition/)
})
