// Waits in line before another shop, buys a moment's offer meanwhile, and still has the place; then is let in by itself.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import http from 'node:http'
import {
  desktop, fillAddress, findFaults, openBrowser, openShop, openVisitor, payAndConfirm, phone, plainShop, press, skipUnlessPossible
} from './support.mjs'

skipUnlessPossible()
const words = {
  fr: { meanwhile: 'sans perdre votre place', confirmed: 'Commande confirmée', number: /Votre numéro\s*:\s*(\d+)/, cancelled: 'Commande annulée' },
  en: { meanwhile: 'without losing your place', confirmed: 'Order confirmed', number: /Your number:\s*(\d+)/, cancelled: 'Order cancelled' }
}
let behind
let shop
let browser

before(async () => {
  behind = http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end(`<!doctype html><link rel="icon" href="data:,"><title>Behind</title><h1>The shop behind: ${request.url}</h1>`)
  })
  await new Promise(resolve => behind.listen(0, '127.0.0.1', resolve))
  shop = await openShop({
    shopText: plainShop + 'gate: {moment_offers: [jar, gone, visit]}\nsite: {requests_per_second: 20, requests_per_visit: 10}\n',
    upstream: `http://127.0.0.1:${behind.address().port}`
  })
  browser = await openBrowser()
  assert.equal(shop.run('gate', '--pause').status, 0)
})
after(async () => {
  await browser?.close()
  await shop?.close()
  behind?.close()
  behind?.closeAllConnections()
})

const bodyOf = page => page.innerText('body')
const numberOn = async (page, say) => Number((await bodyOf(page)).match(say.number)?.[1])

for (const [language, viewport, name] of [['fr', phone, 'a phone'], ['en', desktop, 'a desktop']]) {
  test(`buys in the waiting room on ${name}, in ${language}, and keeps the place`, async () => {
    const say = words[language]
    const visitor = await openVisitor(browser, shop, { language, viewport })
    const { page } = visitor
    const look = async () => assert.deepEqual(await findFaults(page), [], page.url())
    await page.goto('/product/7')
    const waiting = await bodyOf(page)
    assert.ok(waiting.includes(say.meanwhile), waiting)
    const number = await numberOn(page, say)
    assert.ok(number > 0, waiting)
    assert.equal(await page.locator('.card').count(), 3)
    assert.equal(await page.locator('.card form').count(), 2, 'what is sold out has no button')
    await look()

    await press(page, '.card form button')
    assert.ok(page.url().endsWith('/ecluse/store/checkout'), page.url())
    await look()
    await fillAddress(page)
    await press(page, 'button.buy')
    await look()
    await payAndConfirm(page)
    assert.ok((await bodyOf(page)).includes(say.confirmed))
    await look()

    await press(page, '.brand')
    assert.ok(page.url().endsWith('/ecluse/store/'), page.url())
    await look()
    await press(page, '.kept a')
    assert.equal(await numberOn(page, say), number)
    await look()
    await page.goBack()
    await page.goBack()
    await page.click('details.cancel summary')
    await press(page, 'form[action$="/cancel"] button')
    assert.ok((await bodyOf(page)).includes(say.cancelled))
    await visitor.done()
  })
}

test('whoever bought meanwhile is let in when it is their turn, by the page itself', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: phone })
  const { page } = visitor
  await page.goto('/product/7')
  await press(page, '.card form button')
  await page.goto('/product/7')
  assert.ok(await numberOn(page, words.en) > 0)
  assert.equal(shop.run('gate', '--resume').status, 0)
  await page.waitForSelector('text=The shop behind: /product/7', { timeout: 60000 })
  await visitor.done()
})
