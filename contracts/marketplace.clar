;; Title: marketplace
;; Summary: Offers of and requests for energy of a coming hour, listed on chain or signed off chain, and the trades between them;
;; and a spot market of energy that has been metered and minted already.
;; Depends-On: governance-dao, energy-token, user-registry, reputation-system, trade-escrow
;;
;; Decides who may trade what, when, and at what price; trade-escrow then takes the money and keeps limits and promises.
;; A buyer pays from its wallet when it takes an offer itself, and from its vault when others act on its request or signed bid.
;; Spot energy lies here while it is on sale, and its price until the buyer can no longer give it back.
;; In the hour before the gate of a slot closes, each district has a call auction of it: one price for all who signed for it.
;; Cell and source of an offer are those of the seller's registry row. Energy in Wh, prices in microSTX per kWh, time in
;; unix seconds, slot = floor(time / 3600). cost = ceil(wh x price / 1000); both fees come on top of it.

;; ---------------------------------------------------------------- errors

;; The caller is not the seller of this offer.
(define-constant ERR-NOT-SELLER (err u3000))
;; A call that takes money must come from the wallet itself, not through another contract.
(define-constant ERR-INDIRECT-CALL (err u3001))
;; The caller is not the buyer of this request.
(define-constant ERR-NOT-BUYER (err u3002))
;; The amount is below the minimum of the market or of the offer.
(define-constant ERR-TOO-SMALL (err u3100))
;; The price is zero.
(define-constant ERR-ZERO-PRICE (err u3101))
;; The price is below the floor or above the ceiling.
(define-constant ERR-PRICE-BOUNDS (err u3102))
;; A price mode is 0 (fixed), 1 (linear), 2 (above the reference price) or 3 (below it).
(define-constant ERR-MODE (err u3103))
;; The smallest part must be above zero and at most the whole.
(define-constant ERR-MIN-WH (err u3104))
;; The amount is more than the certified peak power gives in an hour.
(define-constant ERR-OVER-PEAK (err u3105))
;; The amount is more than what is left.
(define-constant ERR-TOO-MUCH (err u3106))
;; The total is above what the buyer agreed to pay.
(define-constant ERR-MAX-TOTAL (err u3107))
;; The offer has been changed since.
(define-constant ERR-REVISION (err u3108))
;; Nobody can buy from itself.
(define-constant ERR-SELF-TRADE (err u3109))
;; The offer asks more than the bid gives.
(define-constant ERR-NOT-CROSSING (err u3110))
;; A nonce that is to be matched must be below 2^64.
(define-constant ERR-NONCE (err u3111))
;; The price is above what the buyer allows.
(define-constant ERR-MAX-PRICE (err u3112))
;; An urgency is 0 (immediate), 1 (urgent), 2 (normal) or 3 (scheduled).
(define-constant ERR-URGENCY (err u3113))
;; The slots of a request must be in order, and at most a week.
(define-constant ERR-SLOTS (err u3114))
;; The request does not want energy in this slot.
(define-constant ERR-OTHER-SLOT (err u3115))
;; The amount is zero.
(define-constant ERR-ZERO-AMOUNT (err u3116))
;; The offer or request is paid in something else, or this asset is not allowed (any more).
(define-constant ERR-ASSET (err u3117))
;; An order of an auction must be divisible: its smallest part is 1 Wh.
(define-constant ERR-NOT-DIVISIBLE (err u3118))
;; The order is of another district.
(define-constant ERR-DISTRICT (err u3119))
;; Orders must be listed best first, each once, and filled whole before the next.
(define-constant ERR-MERIT (err u3120))
;; An offer that is left over asks no more than a bid that is left over gives.
(define-constant ERR-NOT-OPTIMAL (err u3121))
;; These are not the rows that were posted.
(define-constant ERR-ROWS (err u3122))
;; There is no offer with this number.
(define-constant ERR-UNKNOWN-OFFER (err u3200))
;; The offer is filled or cancelled.
(define-constant ERR-OFFER-NOT-OPEN (err u3201))
;; The seller is not registered.
(define-constant ERR-UNKNOWN-SELLER (err u3202))
;; The buyer is not registered.
(define-constant ERR-UNKNOWN-BUYER (err u3203))
;; The seller is not a verified, certified and active producer.
(define-constant ERR-SELLER-NOT-CERTIFIED (err u3204))
;; The buyer is not a verified and active consumer.
(define-constant ERR-BUYER-NOT-VERIFIED (err u3205))
;; This is paused.
(define-constant ERR-PAUSED (err u3206))
;; The maker has cancelled this signed order.
(define-constant ERR-SIGNED-CANCELLED (err u3207))
;; The maker has cancelled all signed orders below a higher nonce.
(define-constant ERR-NONCE-FLOOR (err u3208))
;; There is no trade with this number.
(define-constant ERR-UNKNOWN-TRADE (err u3209))
;; The trade is not cancelled.
(define-constant ERR-NOT-CANCELLED (err u3210))
;; The energy of this trade has been released already.
(define-constant ERR-RELEASED (err u3211))
;; The offer has been cancelled or changed since the trade, so its energy does not come back.
(define-constant ERR-NOT-RELEASABLE (err u3212))
;; There is no request with this number.
(define-constant ERR-UNKNOWN-REQUEST (err u3213))
;; The request is filled or cancelled.
(define-constant ERR-REQUEST-NOT-OPEN (err u3214))
;; The maker has moved to another cell since it signed.
(define-constant ERR-CELL-MOVED (err u3215))
;; None of the rows could be matched.
(define-constant ERR-NOTHING-MATCHED (err u3216))
;; The seller has no energy on sale, or its time is over.
(define-constant ERR-NOT-ON-SALE (err u3217))
;; That would be more than one household may have on sale.
(define-constant ERR-USER-RESERVE (err u3218))
;; That would be more than all households together may have on sale.
(define-constant ERR-GLOBAL-RESERVE (err u3219))
;; There is no purchase with this number.
(define-constant ERR-UNKNOWN-PURCHASE (err u3220))
;; Nothing is held of this purchase (any more).
(define-constant ERR-NOTHING-HELD (err u3221))
;; Nothing was posted for this auction.
(define-constant ERR-UNKNOWN-AUCTION (err u3222))
;; The trades of this auction have been made.
(define-constant ERR-EXECUTED (err u3223))
;; The posting that stands is as good.
(define-constant ERR-NOT-BETTER (err u3224))
;; The bond has been returned, or there was none.
(define-constant ERR-NO-BOND (err u3225))
;; Trading in this slot has not begun.
(define-constant ERR-GATE-NOT-OPEN (err u3300))
;; The gate of the slot is closed.
(define-constant ERR-GATE-CLOSED (err u3301))
;; The offer has expired.
(define-constant ERR-EXPIRED (err u3302))
;; The expiry must be in the future and not after the slot's start.
(define-constant ERR-EXPIRY (err u3303))
;; The slot is too far in the future.
(define-constant ERR-TOO-FAR (err u3304))
;; The time for refunds of this purchase is over.
(define-constant ERR-REFUND-CLOSED (err u3305))
;; The buyer may still give this purchase back.
(define-constant ERR-REFUND-OPEN (err u3306))
;; This energy is still on sale.
(define-constant ERR-STILL-ON-SALE (err u3307))
;; Postings are taken from an hour before the gate of the slot closes.
(define-constant ERR-POSTING-NOT-OPEN (err u3308))
;; The time for postings is over.
(define-constant ERR-POSTING-CLOSED (err u3309))
;; A better posting may still come.
(define-constant ERR-POSTING-OPEN (err u3310))
;; The buyer's wallet cannot pay the total.
(define-constant ERR-FUNDS (err u3400))
;; The caller does not hold so much energy.
(define-constant ERR-ENERGY (err u3401))
;; The trade would cost more than is left of what the standing bid may spend.
(define-constant ERR-CAP (err u3402))
;; The poster's wallet cannot pay the bond.
(define-constant ERR-BOND (err u3403))
;; The signature is malformed, has a high S, or is not by the maker over this order.
(define-constant ERR-SIGNATURE (err u3500))
;; The bid's signature is malformed, has a high S, or is not by the maker over this bid.
(define-constant ERR-BID-SIGNATURE (err u3501))

;; ---------------------------------------------------------------- constants

(define-constant BPS u10000)
;; A batch names the row that failed: row x ROW + code.
(define-constant ROW u10000)
(define-constant SLOT-SECONDS u3600)
(define-constant MAX-SLOT u1000000000000)
(define-constant WH-PER-KWH u1000)
;; Offers may be listed up to 31 days ahead.
(define-constant HORIZON u2678400)
(define-constant MAX-UINT u340282366920938463463374607431768211455)

(define-constant PAUSE-LISTING u2)
(define-constant PAUSE-TRADING u4)

;; Bits of a registry row: consumer 1, producer 2, verified 4, certified 8, inactive 16.
(define-constant SELLER-MASK u30)
(define-constant SELLER-BITS u14)
(define-constant BUYER-MASK u21)
(define-constant BUYER-BITS u5)
;; What a seller still has to be when an auction's posting is executed: nobody backs out by leaving, or with a meter that waits to be
;; verified, and of a buyer nothing is left to ask.
(define-constant BOUND-SELLER-BITS u8)

;; The auction of a slot has the last hour before its gate closes: no two slots are auctioned at once.
(define-constant AUCTION-HOUR u3600)
;; So much of the hash that orders equal prices.
(define-constant TIE-BYTES u8)

;; H3 cells of resolution 7; without their last 30 bits they name the parent at resolution 5.
(define-constant DISTRICT-SHIFT u30)

(define-constant MODE-FIXED u0)
;; Between these and fixed there is 1, linear. `price` is in these how far from the DAO's reference price, `end-price` the least that the seller takes.
(define-constant MODE-ABOVE u2)
(define-constant MODE-BELOW u3)
;; Added to the mode of an offer that is paid in an asset.
(define-constant MODE-ASSET u16)

(define-constant OFFER-OPEN u0)
(define-constant OFFER-FILLED u1)
(define-constant OFFER-CANCELLED u2)

;; Requests may span a week.
(define-constant MAX-REQUEST-SLOTS u168)
(define-constant URGENCY-SCHEDULED u3)

;; Where a trade comes from, and what its `ref` names: listed, the offer; signed, the seller's nonce; matched, the seller's nonce
;; and the buyer's x PAIR; requested, the request; paired, the offer and the request x PAIR; bid, the offer and the buyer's nonce
;; x PAIR; standing, the buyer's nonce; standing with a listed or a signed offer, the offer or the seller's nonce, and the buyer's
;; nonce x PAIR; auction, as matched. All but the first two are paid from the buyer's vault.
(define-constant ORIGIN-LISTED u0)
(define-constant ORIGIN-SIGNED u1)
(define-constant ORIGIN-MATCHED u2)
(define-constant ORIGIN-REQUESTED u3)
(define-constant ORIGIN-PAIRED u4)
(define-constant ORIGIN-BID u5)
(define-constant ORIGIN-STANDING u6)
(define-constant ORIGIN-STANDING-LISTED u7)
(define-constant ORIGIN-STANDING-SIGNED u8)
(define-constant ORIGIN-AUCTION u9)
;; Added to the origin of a trade that is paid in an asset, out of the buyer's vault of it.
(define-constant ORIGIN-ASSET u16)
(define-constant PAIR u18446744073709551616)

(define-constant REQUEST-OPEN u0)
(define-constant REQUEST-FILLED u1)
(define-constant REQUEST-CANCELLED u2)

;; trade-escrow's status of a cancelled trade.
(define-constant TRADE-CANCELLED u4)

;; SIP-018. Contract and purpose are part of the domain: a signature for one message is worth nothing for any other.
(define-constant PREFIX 0x534950303138)
(define-constant DOMAIN-OFFER (sha256 (unwrap-panic (to-consensus-buff? {
  name: "wattconnect",
  version: "1",
  chain-id: chain-id,
  contract: current-contract,
  purpose: "offer",
}))))
(define-constant DOMAIN-BID (sha256 (unwrap-panic (to-consensus-buff? {
  name: "wattconnect",
  version: "1",
  chain-id: chain-id,
  contract: current-contract,
  purpose: "bid",
}))))
(define-constant DOMAIN-STANDING (sha256 (unwrap-panic (to-consensus-buff? {
  name: "wattconnect",
  version: "1",
  chain-id: chain-id,
  contract: current-contract,
  purpose: "standing",
}))))
(define-constant DOMAIN-AUCTION-OFFER (sha256 (unwrap-panic (to-consensus-buff? {
  name: "wattconnect",
  version: "1",
  chain-id: chain-id,
  contract: current-contract,
  purpose: "auction-offer",
}))))
(define-constant DOMAIN-AUCTION-BID (sha256 (unwrap-panic (to-consensus-buff? {
  name: "wattconnect",
  version: "1",
  chain-id: chain-id,
  contract: current-contract,
  purpose: "auction-bid",
}))))
;; Half of the order of secp256k1: the larger S of the two that sign the same message is refused.
(define-constant MAX-S 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0)

(define-constant NOT-FILLED {
  wh: u0,
  cancelled: false,
})
;; Before the first order of a posting.
(define-constant NO-ENTRY {
  hash: 0x0000000000000000000000000000000000000000000000000000000000000000,
  price: u0,
  tie: u0,
  wh: u0,
  filled: u0,
})
(define-constant NO-LOT {
  wh: u0,
  price: u0,
  expires-at: u0,
})

;; ---------------------------------------------------------------- vars

(define-data-var last-offer uint u0)
(define-data-var last-request uint u0)
(define-data-var last-purchase uint u0)
(define-data-var last-posting uint u0)
;; Bonds of postings, in microSTX.
(define-data-var auction-bonds uint u0)
;; Wh of all lots: what this contract holds.
(define-data-var reserve uint u0)

;; ---------------------------------------------------------------- maps

;; A linear price runs from `price` at `updated-at` to `end-price` at `expiry`.
(define-map offers
  uint
  {
    seller: principal,
    slot: uint,
    wh: uint,
    min-wh: uint,
    mode: uint,
    price: uint,
    end-price: uint,
    expiry: uint,
    remaining: uint,
    revision: uint,
    status: uint,
    at: uint,
    updated-at: uint,
  }
)
;; A request is filled by sellers, or matched with offers by anybody, and paid from the buyer's vault: of the asset that its price is in,
;; or in STX where there is none.
(define-map requests
  uint
  {
    buyer: principal,
    wh: uint,
    min-wh: uint,
    max-price: uint,
    urgency: uint,
    slot-from: uint,
    slot-to: uint,
    expiry: uint,
    asset: (optional principal),
    remaining: uint,
    status: uint,
    at: uint,
  }
)
;; How much of a signed order has been taken. Both sides of a nonce share it: one nonce is one amount, offer or bid.
(define-map filled
  {
    maker: principal,
    nonce: uint,
  }
  {
    wh: uint,
    cancelled: bool,
  }
)
;; The asset of each offer whose mode says that it has one.
(define-map offer-assets
  uint
  principal
)
;; What the trades of a standing bid have locked, less those that were cancelled.
(define-map spent
  {
    maker: principal,
    nonce: uint,
  }
  uint
)
;; Cancelled trades whose energy has gone back to where it was taken from.
(define-map released
  uint
  bool
)

;; Energy on sale. `price` is for all of it; at `expires-at` the sale is over.
(define-map lots
  principal
  {
    wh: uint,
    price: uint,
    expires-at: uint,
  }
)
;; What was bought of a lot. held: what the buyer paid for the energy, less what it has been given back, until it goes to the
;; seller. Rate and end of refunds are those of its time.
(define-map purchases
  uint
  {
    seller: principal,
    buyer: principal,
    wh: uint,
    cost: uint,
    refunded-wh: uint,
    held: uint,
    refund-bps: uint,
    closes-at: uint,
    at: uint,
  }
)

;; The best posting of each auction so far. welfare: sum of wh x (bid - offer); ties: sum of wh x (both ties); hash: that of the rows that
;; were posted. Postings are taken until `closes-at`, and it is executed until `ends-at`.
(define-map auctions
  {
    slot: uint,
    district: uint,
  }
  {
    poster: principal,
    bond: uint,
    posting: uint,
    closes-at: uint,
    ends-at: uint,
    volume: uint,
    welfare: uint,
    ties: uint,
    low: uint,
    high: uint,
    price: uint,
    hash: (buff 32),
    executed: bool,
  }
)

;; ---------------------------------------------------------------- read-only

;; The offer, and its price right now.
(define-read-only (get-offer-details (id uint))
  (match (map-get? offers id)
    offer (some (merge offer { current-price: (price-at offer stacks-block-time) }))
    none
  )
)

;; The asset that an offer is priced and paid in; none is STX.
(define-read-only (get-offer-asset (id uint))
  (map-get? offer-assets id)
)

(define-read-only (get-offer-count)
  (var-get last-offer)
)

;; Wh taken of a signed order, and whether its maker cancelled it.
(define-read-only (get-filled
    (maker principal)
    (nonce uint)
  )
  (default-to NOT-FILLED
    (map-get? filled {
      maker: maker,
      nonce: nonce,
    })
  )
)

(define-read-only (is-released (trade uint))
  (default-to false (map-get? released trade))
)

;; What `buyer` would pay now for `wh` of an offer: the energy, the commission, the wires, and all together.
(define-read-only (quote
    (id uint)
    (wh uint)
    (buyer principal)
  )
  (let ((offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER)))
    (asserts! (<= wh (get remaining offer)) ERR-TOO-MUCH)
    (quote-price (get seller offer) buyer wh
      (price-at offer stacks-block-time)
    )
  )
)

;; The same for a signed order.
(define-read-only (quote-signed
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (wh uint)
    (buyer principal)
  )
  (begin
    (asserts! (<= wh (get wh order)) ERR-TOO-MUCH)
    (quote-price (get maker order) buyer wh (get price order))
  )
)

;; What a maker in `cell` signs to offer energy. `asset` is none: payment in STX.
(define-read-only (get-offer-hash
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (cell uint)
  )
  (order-hash DOMAIN-OFFER order cell none)
)

;; What a maker in `cell` signs to ask for energy at up to this price, paid from its vault.
(define-read-only (get-bid-hash
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (cell uint)
  )
  (order-hash DOMAIN-BID order cell none)
)

;; The same for an order that is priced and paid in an asset; `bid` says which side its maker is on.
(define-read-only (get-asset-order-hash
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (cell uint)
    (asset principal)
    (bid bool)
  )
  (order-hash (if bid
    DOMAIN-BID
    DOMAIN-OFFER
  )
    order cell (some asset)
  )
)

;; What a maker signs to buy in any of these slots at up to this price, up to `wh` and for up to `cap` microSTX with both fees
;; together, paid from its vault.
(define-read-only (get-standing-hash (intent {
  maker: principal,
  cell: uint,
  slot-from: uint,
  slot-to: uint,
  wh: uint,
  min-wh: uint,
  price: uint,
  cap: uint,
  nonce: uint,
  expiry: uint,
}))
  (sha256 (concat (concat PREFIX DOMAIN-STANDING)
    (sha256 (default-to 0x (to-consensus-buff? (merge intent { asset: none }))))
  ))
)

;; microSTX that the trades of a standing bid have locked.
(define-read-only (get-spent
    (maker principal)
    (nonce uint)
  )
  (default-to u0
    (map-get? spent {
      maker: maker,
      nonce: nonce,
    })
  )
)

;; What a maker in `cell` signs for the auction of the slot; `bid` says which side it is on.
(define-read-only (get-auction-order-hash
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (cell uint)
    (bid bool)
  )
  (order-hash (if bid
    DOMAIN-AUCTION-BID
    DOMAIN-AUCTION-OFFER
  )
    order cell none
  )
)

;; The posting that stands. A district is a cell without its last 30 bits.
(define-read-only (get-auction
    (slot uint)
    (district uint)
  )
  (map-get? auctions {
    slot: slot,
    district: district,
  })
)

;; Who comes first among orders of one price: the smaller of these. It differs from slot to slot.
(define-read-only (get-tie
    (slot uint)
    (maker principal)
  )
  (tie-of slot maker)
)

;; microSTX of bonds that this contract holds.
(define-read-only (get-auction-bonds)
  (var-get auction-bonds)
)

(define-read-only (get-request (id uint))
  (map-get? requests id)
)

(define-read-only (get-request-count)
  (var-get last-request)
)

;; ---------------------------------------------------------------- read-only: spot

;; What a household has on sale, in Wh, its price per kWh, and until when.
(define-read-only (get-energy-for-sale (seller principal))
  (default-to NO-LOT (map-get? lots seller))
)

;; Wh on sale by all households together.
(define-read-only (get-current-energy-reserve)
  (var-get reserve)
)

(define-read-only (get-purchase (id uint))
  (map-get? purchases id)
)

(define-read-only (get-purchase-count)
  (var-get last-purchase)
)

;; What `wh` of the seller's energy cost now: the energy, the commission, and both together.
(define-read-only (quote-energy
    (seller principal)
    (wh uint)
  )
  (let ((lot (get-energy-for-sale seller)))
    (asserts! (<= wh (get wh lot)) ERR-TOO-MUCH)
    (ok (price-energy wh (get price lot)
      (get commission-bps (contract-call? .governance-dao get-parameters))
    ))
  )
)

;; Least and highest price per kWh of new offers.
(define-read-only (get-price-bounds)
  (let ((parameters (contract-call? .governance-dao get-parameters)))
    {
      floor: (get price-floor parameters),
      ceiling: (get price-ceiling parameters),
    }
  )
)

;; The price that offers of the reference modes go by.
(define-read-only (get-energy-price)
  (contract-call? .governance-dao get-parameter "reference-price")
)

(define-read-only (get-commission-rate)
  (contract-call? .governance-dao get-parameter "commission-bps")
)

(define-read-only (get-refund-rate)
  (contract-call? .governance-dao get-parameter "refund-rate-bps")
)

(define-read-only (get-refund-window)
  (contract-call? .governance-dao get-parameter "refund-window")
)

(define-read-only (get-energy-reserve-limit)
  (contract-call? .governance-dao get-parameter "global-reserve-wh")
)

(define-read-only (get-max-energy-per-user)
  (contract-call? .governance-dao get-parameter "user-reserve-wh")
)

(define-read-only (get-energy-balance (who principal))
  (contract-call? .energy-token get-balance who)
)

(define-read-only (get-stx-balance (who principal))
  (stx-get-balance who)
)

;; ---------------------------------------------------------------- checks

;; The wallet that pays has called this contract itself: no other contract can spend in its name.
(define-private (check-wallet)
  (ok (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL))
)

(define-private (check-seller (household (optional {
  bits: uint,
  cell: uint,
  capacity-wh: uint,
  peak-w: uint,
  nonce-floor: uint,
  meter: uint,
  load-w: uint,
})))
  (let ((row (unwrap! household ERR-UNKNOWN-SELLER)))
    (asserts! (is-eq (bit-and (get bits row) SELLER-MASK) SELLER-BITS)
      ERR-SELLER-NOT-CERTIFIED
    )
    (ok row)
  )
)

(define-private (check-buyer (household (optional {
  bits: uint,
  cell: uint,
  capacity-wh: uint,
  peak-w: uint,
  nonce-floor: uint,
  meter: uint,
  load-w: uint,
})))
  (let ((row (unwrap! household ERR-UNKNOWN-BUYER)))
    (asserts! (is-eq (bit-and (get bits row) BUYER-MASK) BUYER-BITS)
      ERR-BUYER-NOT-VERIFIED
    )
    (ok row)
  )
)

(define-private (check-price
    (price uint)
    (floor uint)
    (ceiling uint)
  )
  (begin
    (asserts! (> price u0) ERR-ZERO-PRICE)
    (ok (asserts! (and (>= price floor) (<= price ceiling)) ERR-PRICE-BOUNDS))
  )
)

;; Everything that a listing must be, whether new or changed.
(define-private (check-listing
    (row {
      slot: uint,
      wh: uint,
      min-wh: uint,
      mode: uint,
      price: uint,
      end-price: uint,
      expiry: uint,
    })
    (rules {
      now: uint,
      price-floor: uint,
      price-ceiling: uint,
      min-wh: uint,
      gate-closure: uint,
      peak-w: uint,
      cell: uint,
    })
  )
  (let (
      (now (get now rules))
      (start (start-of (get slot row)))
    )
    (asserts! (<= (get mode row) MODE-BELOW) ERR-MODE)
    (if (>= (get mode row) MODE-ABOVE)
      (asserts! (<= (get price row) (get price-ceiling rules)) ERR-PRICE-BOUNDS)
      (try! (check-price (get price row) (get price-floor rules)
        (get price-ceiling rules)
      ))
    )
    (try! (check-price (get end-price row) (get price-floor rules)
      (get price-ceiling rules)
    ))
    (asserts! (>= (get wh row) (get min-wh rules)) ERR-TOO-SMALL)
    (asserts!
      (and (> (get min-wh row) u0) (<= (get min-wh row) (get wh row)))
      ERR-MIN-WH
    )
    ;; Peak power for an hour: W x 1 h = Wh.
    (asserts! (<= (get wh row) (get peak-w rules)) ERR-OVER-PEAK)
    (asserts! (< (+ now (get gate-closure rules)) start) ERR-GATE-CLOSED)
    (asserts! (<= start (+ now HORIZON)) ERR-TOO-FAR)
    (ok (asserts! (and (< now (get expiry row)) (<= (get expiry row) start))
      ERR-EXPIRY
    ))
  )
)

;; ---------------------------------------------------------------- user functions: offers

;; Lists energy for one slot. mode 0: fixed price; 1: from price to end-price over the offer's life; 2 and 3: the reference price
;; of the moment plus, or minus, `price`, but at least `end-price` and otherwise at most the ceiling.
(define-public (create-offer
    (slot uint)
    (wh uint)
    (min-wh uint)
    (mode uint)
    (price uint)
    (end-price uint)
    (expiry uint)
  )
  (let (
      (id (+ (var-get last-offer) u1))
      (rules (try! (listing-rules none)))
    )
    (var-set last-offer id)
    (list-offer id {
      slot: slot,
      wh: wh,
      min-wh: min-wh,
      mode: mode,
      price: price,
      end-price: end-price,
      expiry: expiry,
    }
      rules
    )
  )
)

;; Lists up to 24 offers at once, such as one for every hour of a day.
(define-public (create-offers (rows (list 24 {
  slot: uint,
  wh: uint,
  min-wh: uint,
  mode: uint,
  price: uint,
  end-price: uint,
  expiry: uint,
})))
  (let ((done (try! (fold list-row rows
      (ok {
        id: (var-get last-offer),
        row: u0,
        rules: (try! (listing-rules none)),
        ids: (list),
      })
    ))))
    (var-set last-offer (get id done))
    (ok { ids: (get ids done) })
  )
)

;; Changes an offer. `revision` is the one that the seller saw; `wh` is what is on offer from now on.
(define-public (update-offer
    (id uint)
    (revision uint)
    (wh uint)
    (price uint)
    (end-price uint)
    (expiry uint)
  )
  (let ((offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER)))
    (asserts! (is-eq contract-caller (get seller offer)) ERR-NOT-SELLER)
    (asserts! (is-eq (get status offer) OFFER-OPEN) ERR-OFFER-NOT-OPEN)
    (asserts! (is-eq revision (get revision offer)) ERR-REVISION)
    (let (
        (rules (try! (listing-rules (map-get? offer-assets id))))
        (last-price (end-price-of (mod (get mode offer) MODE-ASSET) price end-price))
        (result {
          id: id,
          revision: (+ revision u1),
          wh: wh,
          price: price,
          end-price: last-price,
          expiry: expiry,
        })
      )
      (try! (check-listing {
        slot: (get slot offer),
        wh: wh,
        min-wh: (get min-wh offer),
        mode: (mod (get mode offer) MODE-ASSET),
        price: price,
        end-price: last-price,
        expiry: expiry,
      }
        rules
      ))
      (map-set offers id
        (merge offer {
          wh: wh,
          remaining: wh,
          price: price,
          end-price: last-price,
          expiry: expiry,
          revision: (+ revision u1),
          updated-at: (get now rules),
        })
      )
      ;; @event offer-updated { id: uint, revision: uint, wh: uint, price: uint, end-price: uint, expiry: uint }
      (print (merge { topic: "offer-updated" } result))
      (ok result)
    )
  )
)

;; Takes an offer off the market. Trades made from it stand. Cannot be paused.
(define-public (cancel-offer (id uint))
  (let (
      (offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER))
      (result { id: id })
    )
    (asserts! (is-eq contract-caller (get seller offer)) ERR-NOT-SELLER)
    (asserts! (is-eq (get status offer) OFFER-OPEN) ERR-OFFER-NOT-OPEN)
    (map-set offers id
      (merge offer {
        remaining: u0,
        status: OFFER-CANCELLED,
      })
    )
    ;; @event offer-cancelled { id: uint }
    (print (merge { topic: "offer-cancelled" } result))
    (ok result)
  )
)

;; Makes a signed order of the caller worthless. Cannot be paused. What stands in the best posting of an auction stays bound.
(define-public (cancel-signed (nonce uint))
  (let (
      (before (get-filled contract-caller nonce))
      (result {
        maker: contract-caller,
        nonce: nonce,
      })
    )
    (asserts! (not (get cancelled before)) ERR-SIGNED-CANCELLED)
    (map-set filled result (merge before { cancelled: true }))
    ;; @event signed-cancelled { maker: principal, nonce: uint }
    (print (merge { topic: "signed-cancelled" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- user functions: trades

;; Buys `wh` of a listed offer as it was at `revision`, for at most `max-total` with both fees.
(define-public (accept-offer
    (id uint)
    (revision uint)
    (wh uint)
    (max-total uint)
  )
  (let (
      (now stacks-block-time)
      (offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER))
    )
    (try! (check-wallet))
    (asserts! (is-eq revision (get revision offer)) ERR-REVISION)
    (ok (get accepted
      (try! (take-offer id offer contract-caller wh max-total ORIGIN-LISTED id now
        none
      ))
    ))
  )
)

;; Buys `wh` of an order that its maker signed off chain, for at most `max-total` with both fees.
(define-public (fill-signed-offer
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (signature (buff 65))
    (wh uint)
    (max-total uint)
  )
  (let (
      (now stacks-block-time)
      (maker (get maker order))
      (nonce (get nonce order))
      (wallet (try! (check-wallet)))
      (taken (try! (take-signed order wh now)))
      (trade (try! (buy {
        seller: maker,
        buyer: contract-caller,
        slot: (get slot order),
        wh: wh,
        price: (get price order),
        max-total: max-total,
        origin: ORIGIN-SIGNED,
        ref: nonce,
      }
        (some {
          order: order,
          signature: signature,
        })
        now
      )))
      (result {
        maker: maker,
        nonce: nonce,
        filled: taken,
        wh: wh,
        trade: (get id trade),
        buyer: contract-caller,
      })
    )
    ;; @event signed-filled { maker: principal, nonce: uint, filled: uint, wh: uint, trade: uint, buyer: principal }
    (print (merge { topic: "signed-filled" } result))
    (ok result)
  )
)

;; Asks for energy in some slots, paid from the caller's vault at up to `max-price` per kWh, fees on top.
;; urgency: 0 immediate, 1 urgent, 2 normal, 3 scheduled; it tells neighbours what to serve first.
(define-public (create-request
    (wh uint)
    (min-wh uint)
    (max-price uint)
    (urgency uint)
    (slot-from uint)
    (slot-to uint)
    (expiry uint)
  )
  (place-request {
    wh: wh,
    min-wh: min-wh,
    max-price: max-price,
    urgency: urgency,
    slot-from: slot-from,
    slot-to: slot-to,
    expiry: expiry,
    asset: none,
  })
)

;; Takes a request back. Trades made from it stand. Cannot be paused.
(define-public (cancel-request (id uint))
  (let (
      (request (unwrap! (map-get? requests id) ERR-UNKNOWN-REQUEST))
      (result { id: id })
    )
    (asserts! (is-eq contract-caller (get buyer request)) ERR-NOT-BUYER)
    (asserts! (is-eq (get status request) REQUEST-OPEN) ERR-REQUEST-NOT-OPEN)
    (map-set requests id
      (merge request {
        remaining: u0,
        status: REQUEST-CANCELLED,
      })
    )
    ;; @event request-cancelled { id: uint }
    (print (merge { topic: "request-cancelled" } result))
    (ok result)
  )
)

;; Sells the caller's energy to a request, at the caller's price.
(define-public (fill-request
    (id uint)
    (slot uint)
    (wh uint)
    (price uint)
  )
  (fill-with id slot wh price none)
)

;; Serves a request from an offer of its price and slot. Anybody may call it; neither side can be worse off than it said.
(define-public (match-request
    (offer-id uint)
    (id uint)
    (wh uint)
  )
  (match-with offer-id id wh none)
)

;; Makes trades between up to 50 pairs of a signed offer and a signed bid for one slot, at the middle of their prices, paid from
;; the bidders' vaults. Anybody may call it; neither side can be worse off than it signed. What could never have been right
;; (a signature, prices that do not cross, more than was signed) fails and names the row. What time or others made stale is
;; skipped with the event row-refused and the number 0, so that nobody can spoil the others' trades.
(define-public (match-signed-batch
    (slot uint)
    (rows (list 50 {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    }))
  )
  (let (
      (now stacks-block-time)
      (parameters (contract-call? .governance-dao get-parameters))
      (start (start-of slot))
    )
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-TRADING) u0)
      ERR-PAUSED
    )
    (asserts! (>= (+ now (get gate-opening parameters)) start) ERR-GATE-NOT-OPEN)
    (asserts! (< (+ now (get gate-closure parameters)) start) ERR-GATE-CLOSED)
    (let (
        (parties (map parties-of rows))
        (households (contract-call? .user-registry get-pairs parties))
        (checked (try! (fold match-row (map with-households rows households)
          (ok {
            slot: slot,
            now: now,
            min-wh: (get min-wh parameters),
            price-floor: (get price-floor parameters),
            price-ceiling: (get price-ceiling parameters),
            commission-bps: (get commission-bps parameters),
            grid-bps-cell: (get grid-bps-cell parameters),
            grid-bps-district: (get grid-bps-district parameters),
            grid-bps-far: (get grid-bps-far parameters),
            row: u0,
            amounts: (list),
            terms: (list),
          })
        )))
        (amounts (get amounts checked))
        (limits (contract-call? .reputation-system limits-many
          (map limit-row parties households
            (get all
              (fold repeat amounts {
                value: (get default-limit-wh parameters),
                all: (list),
              })
            ))
        ))
        (ids (get ids
          (try! (contract-call? .trade-escrow open-many slot (get v parameters) now
            ORIGIN-MATCHED
            (map trade-row (map deal-of rows) households limits
              (get terms checked) amounts
            )))
        ))
        (opened (fold + (map close-row rows amounts ids) u0))
        (result {
          slot: slot,
          rows: (len rows),
          opened: opened,
          ids: ids,
        })
      )
      (asserts! (> opened u0) ERR-NOTHING-MATCHED)
      ;; @event batch-matched { slot: uint, rows: uint, opened: uint, ids: (list 50 uint) }
      (print (merge { topic: "batch-matched" } result))
      (ok result)
    )
  )
)

;; Sells parts of one signed offer to up to 50 signed bids for its slot, at the middle of the prices of each pair, paid from the
;; bidders' vaults. Anybody may call it. Rows fail or are skipped as in match-signed-batch; a stale offer fails as a whole.
(define-public (match-offer-bids
    (slot uint)
    (offer {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (signature (buff 65))
    (rows (list 50 {
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    }))
  )
  (let (
      (now stacks-block-time)
      (maker (get maker offer))
      (nonce (get nonce offer))
      (seller (try! (check-seller (contract-call? .user-registry get-user maker))))
    )
    (asserts! (< nonce PAIR) ERR-NONCE)
    (asserts! (is-signed-by maker (hash-of DOMAIN-OFFER slot offer) signature)
      ERR-SIGNATURE
    )
    (let (
        (taken (try! (check-live offer (get min-wh offer) (get nonce-floor seller)
          (get cell seller) now
        )))
        (sale (try! (sell-to-bids {
          seller: maker,
          cell: (get cell seller),
          capacity-wh: (get capacity-wh seller),
          peak-w: (get peak-w seller),
          slot: slot,
          wh: (get wh offer),
          min-wh: (get min-wh offer),
          price: (get price offer),
          origin: ORIGIN-MATCHED,
          ref: nonce,
          left: (- (get wh offer) taken),
          now: now,
        }
          rows
        )))
      )
      (take maker nonce (+ taken (get sold sale)))
      (ok sale)
    )
  )
)

;; The same with a listed offer, at its own price of this moment.
(define-public (match-listed-bids
    (id uint)
    (rows (list 50 {
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    }))
  )
  (let (
      (now stacks-block-time)
      (offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER))
      (maker (get seller offer))
      (seller (try! (check-seller (contract-call? .user-registry get-user maker))))
    )
    (asserts! (< (get mode offer) MODE-ASSET) ERR-ASSET)
    (asserts! (is-eq (get status offer) OFFER-OPEN) ERR-OFFER-NOT-OPEN)
    (asserts! (< now (get expiry offer)) ERR-EXPIRED)
    (let (
        (sale (try! (sell-to-bids {
          seller: maker,
          cell: (get cell seller),
          capacity-wh: (get capacity-wh seller),
          peak-w: (get peak-w seller),
          slot: (get slot offer),
          wh: (get wh offer),
          min-wh: (get min-wh offer),
          price: (price-at offer now),
          origin: ORIGIN-BID,
          ref: id,
          left: (get remaining offer),
          now: now,
        }
          rows
        )))
        (remaining (- (get remaining offer) (get sold sale)))
      )
      (map-set offers id
        (merge offer {
          remaining: remaining,
          status: (if (is-eq remaining u0)
            OFFER-FILLED
            OFFER-OPEN
          ),
        })
      )
      (ok sale)
    )
  )
)

;; Sells the caller's energy to a standing bid, at the caller's price.
(define-public (fill-standing
    (intent {
      maker: principal,
      cell: uint,
      slot-from: uint,
      slot-to: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      cap: uint,
      nonce: uint,
      expiry: uint,
    })
    (signature (buff 65))
    (slot uint)
    (wh uint)
    (price uint)
  )
  (let (
      (now stacks-block-time)
      (before (try! (check-standing intent signature slot wh price now)))
      (trade (try! (buy {
        seller: contract-caller,
        buyer: (get maker intent),
        slot: slot,
        wh: wh,
        price: price,
        max-total: MAX-UINT,
        origin: ORIGIN-STANDING,
        ref: (get nonce intent),
      }
        none now
      )))
    )
    (book-standing intent before contract-caller slot wh trade)
  )
)

;; Serves a standing bid from a listed offer, at the offer's price. Anybody may call it.
(define-public (match-standing
    (offer-id uint)
    (intent {
      maker: principal,
      cell: uint,
      slot-from: uint,
      slot-to: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      cap: uint,
      nonce: uint,
      expiry: uint,
    })
    (signature (buff 65))
    (wh uint)
  )
  (let (
      (now stacks-block-time)
      (offer (unwrap! (map-get? offers offer-id) ERR-UNKNOWN-OFFER))
      (before (try! (check-standing intent signature (get slot offer) wh (price-at offer now) now)))
      (taken (try! (take-offer offer-id offer (get maker intent) wh MAX-UINT
        ORIGIN-STANDING-LISTED (+ offer-id (* (get nonce intent) PAIR)) now none
      )))
    )
    (book-standing intent before (get seller offer) (get slot offer) wh {
      id: (get trade (get accepted taken)),
      locked: (get locked taken),
    })
  )
)

;; Serves a standing bid from a signed offer, at the middle of their prices. Anybody may call it.
(define-public (match-signed-standing
    (slot uint)
    (offer {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (offer-signature (buff 65))
    (intent {
      maker: principal,
      cell: uint,
      slot-from: uint,
      slot-to: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      cap: uint,
      nonce: uint,
      expiry: uint,
    })
    (signature (buff 65))
    (wh uint)
  )
  (let (
      (now stacks-block-time)
      (maker (get maker offer))
      (nonce (get nonce offer))
      (seller (try! (check-seller (contract-call? .user-registry get-user maker))))
    )
    (asserts! (< nonce PAIR) ERR-NONCE)
    (asserts! (<= (get price offer) (get price intent)) ERR-NOT-CROSSING)
    (asserts! (>= wh (get min-wh offer)) ERR-TOO-SMALL)
    (asserts! (is-signed-by maker (hash-of DOMAIN-OFFER slot offer) offer-signature)
      ERR-SIGNATURE
    )
    (let (
        (price (middle (get price offer) (get price intent)))
        (before (try! (check-standing intent signature slot wh price now)))
        (taken (try! (check-live offer wh (get nonce-floor seller) (get cell seller) now)))
        (trade (try! (buy {
          seller: maker,
          buyer: (get maker intent),
          slot: slot,
          wh: wh,
          price: price,
          max-total: MAX-UINT,
          origin: ORIGIN-STANDING-SIGNED,
          ref: (+ nonce (* (get nonce intent) PAIR)),
        }
          none now
        )))
      )
      (take maker nonce (+ taken wh))
      (print {
        topic: "signed-filled",
        maker: maker,
        nonce: nonce,
        filled: (+ taken wh),
        wh: wh,
        trade: (get id trade),
        buyer: (get maker intent),
      })
      (book-standing intent before maker slot wh trade)
    )
  )
)

;; Cancels a trade of the caller in escrow, and gives its energy back to the offer or order in the same step.
(define-public (cancel-trade (id uint))
  (let (
      (cancelled (try! (contract-call? .trade-escrow cancel-for id contract-caller)))
      ;; The buyer's way out must not depend on what became of the offer.
      (back (match (release id)
        done
        true
        code
        false
      ))
    )
    (ok (merge cancelled { released: back }))
  )
)

;; Gives the energy of a trade that was cancelled in escrow directly back to its offer or order. Anybody may call it.
(define-public (release-cancelled (id uint))
  (release id)
)

;; ---------------------------------------------------------------- user functions: assets

;; Lists energy for one slot, priced and paid in an allowed asset. mode 0: fixed price; 1: from price to end-price.
(define-public (create-offer-in
    (asset principal)
    (slot uint)
    (wh uint)
    (min-wh uint)
    (mode uint)
    (price uint)
    (end-price uint)
    (expiry uint)
  )
  (let (
      (id (+ (var-get last-offer) u1))
      (rules (try! (listing-rules (some asset))))
    )
    (asserts! (< mode MODE-ABOVE) ERR-MODE)
    (var-set last-offer id)
    (map-set offer-assets id asset)
    (let ((result (try! (list-offer id {
        slot: slot,
        wh: wh,
        min-wh: min-wh,
        mode: mode,
        price: price,
        end-price: end-price,
        expiry: expiry,
      }
        rules
      ))))
      (map-set offers id
        (merge (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER) { mode: (+ mode MODE-ASSET) })
      )
      ;; @event offer-priced-in { id: uint, asset: principal, mode: uint }
      (print {
        topic: "offer-priced-in",
        id: id,
        asset: asset,
        mode: (+ mode MODE-ASSET),
      })
      (ok (merge result {
        asset: asset,
        mode: (+ mode MODE-ASSET),
      }))
    )
  )
)

;; Buys `wh` of an offer that is priced in an asset, out of the caller's vault of it.
(define-public (accept-offer-in
    (asset principal)
    (id uint)
    (revision uint)
    (wh uint)
    (max-total uint)
  )
  (let (
      (now stacks-block-time)
      (offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER))
    )
    (try! (check-wallet))
    (asserts! (is-eq (some asset) (map-get? offer-assets id)) ERR-ASSET)
    (asserts! (is-eq revision (get revision offer)) ERR-REVISION)
    (ok (get accepted
      (try! (take-offer id offer contract-caller wh max-total
        (+ ORIGIN-ASSET ORIGIN-LISTED) id now (some asset)
      ))
    ))
  )
)

;; Buys `wh` of an order that its maker signed for payment in an asset, out of the caller's vault of it.
(define-public (fill-signed-offer-in
    (asset principal)
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (signature (buff 65))
    (wh uint)
    (max-total uint)
  )
  (let (
      (now stacks-block-time)
      (maker (get maker order))
      (nonce (get nonce order))
      (wallet (try! (check-wallet)))
      (taken (try! (take-signed order wh now)))
      (trade (try! (buy-in {
        seller: maker,
        buyer: contract-caller,
        slot: (get slot order),
        wh: wh,
        price: (get price order),
        max-total: max-total,
        origin: (+ ORIGIN-ASSET ORIGIN-SIGNED),
        ref: nonce,
      }
        (some {
          order: order,
          signature: signature,
        })
        now (some asset)
      )))
      (result {
        maker: maker,
        nonce: nonce,
        filled: taken,
        wh: wh,
        trade: (get id trade),
        buyer: contract-caller,
      })
    )
    (print (merge { topic: "signed-filled" } result))
    (ok result)
  )
)

;; Makes a trade between a signed offer and a signed bid in an asset, at the middle of their prices, out of the bidder's vault of
;; it. Anybody may call it.
(define-public (match-signed-in
    (asset principal)
    (slot uint)
    (offer {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (offer-signature (buff 65))
    (bid {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (bid-signature (buff 65))
    (wh uint)
  )
  (let (
      (now stacks-block-time)
      (seller (try! (check-seller (contract-call? .user-registry get-user (get maker offer)))))
      (buyer (try! (check-buyer (contract-call? .user-registry get-user (get maker bid)))))
    )
    (asserts! (<= (get price offer) (get price bid)) ERR-NOT-CROSSING)
    (asserts! (and (< (get nonce offer) PAIR) (< (get nonce bid) PAIR)) ERR-NONCE)
    (asserts! (and (>= wh (get min-wh offer)) (>= wh (get min-wh bid)))
      ERR-TOO-SMALL
    )
    (asserts!
      (is-signed-by (get maker offer)
        (asset-hash-of DOMAIN-OFFER slot offer asset) offer-signature
      )
      ERR-SIGNATURE
    )
    (asserts!
      (is-signed-by (get maker bid) (asset-hash-of DOMAIN-BID slot bid asset)
        bid-signature
      )
      ERR-BID-SIGNATURE
    )
    (let (
        (offer-taken (try! (check-live offer wh (get nonce-floor seller) (get cell seller) now)))
        (bid-taken (try! (check-live bid wh (get nonce-floor buyer) (get cell buyer) now)))
        (trade (try! (buy-in {
          seller: (get maker offer),
          buyer: (get maker bid),
          slot: slot,
          wh: wh,
          price: (middle (get price offer) (get price bid)),
          max-total: MAX-UINT,
          origin: (+ ORIGIN-ASSET ORIGIN-MATCHED),
          ref: (+ (get nonce offer) (* (get nonce bid) PAIR)),
        }
          none now (some asset)
        )))
      )
      (take (get maker offer) (get nonce offer) (+ offer-taken wh))
      (take (get maker bid) (get nonce bid) (+ bid-taken wh))
      (tell-matched (get id trade) (get maker offer) (get nonce offer)
        (get maker bid) (get nonce bid) wh
      )
      (ok trade)
    )
  )
)

;; Asks for energy in some slots, priced in an allowed asset and paid out of the caller's vault of it; otherwise as create-request.
(define-public (create-request-in
    (asset principal)
    (wh uint)
    (min-wh uint)
    (max-price uint)
    (urgency uint)
    (slot-from uint)
    (slot-to uint)
    (expiry uint)
  )
  (place-request {
    wh: wh,
    min-wh: min-wh,
    max-price: max-price,
    urgency: urgency,
    slot-from: slot-from,
    slot-to: slot-to,
    expiry: expiry,
    asset: (some asset),
  })
)

;; Sells the caller's energy to a request that is priced in this asset, at the caller's price.
(define-public (fill-request-in
    (asset principal)
    (id uint)
    (slot uint)
    (wh uint)
    (price uint)
  )
  (fill-with id slot wh price (some asset))
)

;; Serves a request from an offer of its price and slot, both in this asset. Anybody may call it.
(define-public (match-request-in
    (asset principal)
    (offer-id uint)
    (id uint)
    (wh uint)
  )
  (begin
    (asserts! (is-eq (some asset) (map-get? offer-assets offer-id)) ERR-ASSET)
    (match-with offer-id id wh (some asset))
  )
)

;; ---------------------------------------------------------------- user functions: auction

;; Posts what the auction of a district's slot comes to, in the hour before its gate closes. Each row sells a part of an offer to a
;; bid; a row of 0 Wh only lists the best orders that are left over. Orders come best first on both sides, equal prices by get-tie, and
;; are filled whole before the next: so all trades are worth the most that the listed orders allow, and the one price follows from
;; them. What is listed must be backed by its maker, in whole, and is bound until the gate closes. Only a better posting takes the
;; place of another: of more welfare, then of more volume, then of a narrower price, then of smaller ties; whoever knows an order that
;; was left out can post all of them together. It gets the bond of the one that it outbids, and puts up its own.
(define-public (post-auction
    (slot uint)
    (district uint)
    (rows (list 50 {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    }))
  )
  (let (
      (now stacks-block-time)
      (poster contract-caller)
      (parameters (contract-call? .governance-dao get-parameters))
      (bond (contract-call? .governance-dao get-parameter "auction-bond"))
      (start (start-of slot))
      (before (get-auction slot district))
      (posting (+ (var-get last-posting) u1))
    )
    (try! (check-wallet))
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-TRADING) u0)
      ERR-PAUSED
    )
    (asserts! (>= (+ now (get gate-opening parameters)) start) ERR-GATE-NOT-OPEN)
    (asserts! (< (+ now (get gate-closure parameters)) start) ERR-GATE-CLOSED)
    (let (
        (ends-at (default-to (- start (get gate-closure parameters))
          (get ends-at before)
        ))
        (opens-at (- ends-at AUCTION-HOUR))
        (closes-at (default-to
          (+ opens-at
            (contract-call? .governance-dao get-parameter "auction-window")
          )
          (get closes-at before)
        ))
      )
      (asserts! (>= now opens-at) ERR-POSTING-NOT-OPEN)
      (asserts! (< now closes-at) ERR-POSTING-CLOSED)
      (let (
          (parties (map parties-of rows))
          (households (contract-call? .user-registry get-pairs parties))
          (book (try! (fold post-row (map with-households rows households)
            (ok {
              rules: {
                slot: slot,
                district: district,
                ends-at: ends-at,
                min-wh: (get min-wh parameters),
                price-floor: (get price-floor parameters),
                price-ceiling: (get price-ceiling parameters),
              },
              row: u0,
              offer: NO-ENTRY,
              bid: (merge NO-ENTRY { price: MAX-UINT }),
              top: u0,
              bottom: u0,
              volume: u0,
              welfare: u0,
              ties: u0,
              offered: (list),
              asked: (list),
            })
          )))
          (offer (get offer book))
          (bid (get bid book))
          (offer-left (< (get filled offer) (get wh offer)))
          (bid-left (< (get filled bid) (get wh bid)))
        )
        (asserts! (> (get volume book) u0) ERR-NOTHING-MATCHED)
        ;; With the order of the rows this is all it takes: whatever is filled is better than whatever is left, at any price from
        ;; `low` to `high`, and nothing that is left could be traded.
        (asserts!
          (not (and offer-left bid-left (<= (get price offer) (get price bid))))
          ERR-NOT-OPTIMAL
        )
        (let (
            (low (if (and bid-left (> (get price bid) (get top book)))
              (get price bid)
              (get top book)
            ))
            (high (if (and offer-left (< (get price offer) (get bottom book)))
              (get price offer)
              (get bottom book)
            ))
            (row {
              poster: poster,
              bond: bond,
              posting: posting,
              closes-at: closes-at,
              ends-at: ends-at,
              volume: (get volume book),
              welfare: (get welfare book),
              ties: (get ties book),
              low: low,
              high: high,
              price: (middle low high),
              hash: (rows-hash rows),
            })
            (won (default-to u0 (get bond before)))
            (result (merge row {
              slot: slot,
              district: district,
              rows: (len rows),
              outbid: (get poster before),
              won: won,
              at: now,
            }))
          )
          (asserts! (is-better row before) ERR-NOT-BETTER)
          (try! (contract-call? .trade-escrow hold-many (+ (* slot PAIR) district) posting
            ends-at now
            (terms-of (get commission-bps parameters) u0
              (if (> (get grid-bps-cell parameters) (get grid-bps-district parameters))
                (get grid-bps-cell parameters)
                (get grid-bps-district parameters)
              )
              u0 u0 u1
            )
            (map hold-row parties households
              (contract-call? .reputation-system limits-many
                (map limit-row parties households
                  (get all
                    (fold repeat (get offered book) {
                      value: (get default-limit-wh parameters),
                      all: (list),
                    })
                  ))
              )
              (get offered book) (get asked book)
              (map bid-price-of rows)
            )))
          (and (> bond u0) (unwrap! (stx-transfer? bond tx-sender current-contract) ERR-BOND))
          (and (> won u0) (try! (send-stx won poster)))
          (var-set auction-bonds (- (+ (var-get auction-bonds) bond) won))
          (var-set last-posting posting)
          (map-set auctions {
            slot: slot,
            district: district,
          }
            (merge row { executed: false })
          )
          ;; @event auction-posted { slot: uint, district: uint, poster: principal, bond: uint, posting: uint, closes-at: uint,
          ;;   ends-at: uint, volume: uint, welfare: uint, ties: uint, low: uint, high: uint, price: uint, hash: (buff 32),
          ;;   rows: uint, outbid: (optional principal), won: uint, at: uint }
          (print (merge { topic: "auction-posted" } result))
          (ok result)
        )
      )
    )
  )
)

;; Makes the trades of the best posting, at its price, paid from the bidders' vaults. The rows are those of the posting. Anybody may
;; call it, from when no more postings are taken until the gate closes. What the DAO, a certifier or a maker's standing has made
;; stale since is skipped with the event row-refused, and nobody else's trade by it.
(define-public (execute-auction
    (slot uint)
    (district uint)
    (rows (list 50 {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    }))
  )
  (let (
      (now stacks-block-time)
      (parameters (contract-call? .governance-dao get-parameters))
      (auction (unwrap! (get-auction slot district) ERR-UNKNOWN-AUCTION))
      (price (get price auction))
    )
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-TRADING) u0)
      ERR-PAUSED
    )
    (asserts! (not (get executed auction)) ERR-EXECUTED)
    (asserts! (>= now (get closes-at auction)) ERR-POSTING-OPEN)
    (asserts!
      (and
        (< now (get ends-at auction))
        (< (+ now (get gate-closure parameters)) (start-of slot))
      )
      ERR-GATE-CLOSED
    )
    (try! (check-price price (get price-floor parameters)
      (get price-ceiling parameters)
    ))
    (asserts! (is-eq (rows-hash rows) (get hash auction)) ERR-ROWS)
    (let (
        (parties (map parties-of rows))
        (households (contract-call? .user-registry get-pairs parties))
        (checked (fold fill-auction-row (map with-households rows households) {
          rules: {
            commission-bps: (get commission-bps parameters),
            grid-bps-cell: (get grid-bps-cell parameters),
            grid-bps-district: (get grid-bps-district parameters),
          },
          row: u0,
          amounts: (list),
          terms: (list),
        }))
        (amounts (get amounts checked))
        (limits (contract-call? .reputation-system limits-many
          (map limit-row parties households
            (get all
              (fold repeat amounts {
                value: (get default-limit-wh parameters),
                all: (list),
              })
            ))
        ))
        (prices (get all
          (fold repeat amounts {
            value: price,
            all: (list),
          })
        ))
        (ids (get ids
          (try! (contract-call? .trade-escrow open-many slot (get v parameters) now
            ORIGIN-AUCTION
            (map trade-row (map auction-deal rows prices) households limits
              (get terms checked) amounts
            )))
        ))
        (result {
          slot: slot,
          district: district,
          price: price,
          rows: (len rows),
          opened: (fold + (map close-row rows amounts ids) u0),
          ids: ids,
        })
      )
      (map-set auctions {
        slot: slot,
        district: district,
      }
        (merge auction { executed: true })
      )
      ;; @event auction-executed { slot: uint, district: uint, price: uint, rows: uint, opened: uint, ids: (list 50 uint) }
      (print (merge { topic: "auction-executed" } result))
      (ok result)
    )
  )
)

;; Gives the bond of the best posting back to its poster when it can no longer be outbid. Anybody may call it. Cannot be paused.
(define-public (return-bond
    (slot uint)
    (district uint)
  )
  (let (
      (auction (unwrap! (get-auction slot district) ERR-UNKNOWN-AUCTION))
      (bond (get bond auction))
      (poster (get poster auction))
      (result {
        slot: slot,
        district: district,
        poster: poster,
        bond: bond,
      })
    )
    (asserts! (>= stacks-block-time (get closes-at auction)) ERR-POSTING-OPEN)
    (asserts! (> bond u0) ERR-NO-BOND)
    (map-set auctions {
      slot: slot,
      district: district,
    }
      (merge auction { bond: u0 })
    )
    (var-set auction-bonds (- (var-get auction-bonds) bond))
    (try! (send-stx bond poster))
    ;; @event bond-returned { slot: uint, district: uint, poster: principal, bond: uint }
    (print (merge { topic: "bond-returned" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- user functions: spot

;; Puts `wh` more of the caller's energy on sale, all of what it has on sale at `price` from now on. It stays the seller's until
;; it is bought, and comes back by remove-energy-from-sale at any time.
(define-public (add-energy-for-sale
    (wh uint)
    (price uint)
  )
  (let (
      (now stacks-block-time)
      (seller contract-caller)
      (parameters (contract-call? .governance-dao get-parameters))
      (household (try! (check-seller (contract-call? .user-registry get-user seller))))
      (user-reserve (contract-call? .governance-dao get-parameter "user-reserve-wh"))
    )
    (try! (check-wallet))
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-LISTING) u0)
      ERR-PAUSED
    )
    (asserts! (> wh u0) ERR-ZERO-AMOUNT)
    (try! (check-price price (get price-floor parameters)
      (get price-ceiling parameters)
    ))
    ;; Checked by itself first: the sums below cannot overflow.
    (asserts! (<= wh user-reserve) ERR-USER-RESERVE)
    (let (
        (on-sale (+ (get wh (get-energy-for-sale seller)) wh))
        (total (+ (var-get reserve) wh))
        (expires-at (+ now
          (contract-call? .governance-dao get-parameter "spot-lifetime")
        ))
        (result {
          seller: seller,
          wh: wh,
          price: price,
          on-sale: on-sale,
          reserve: total,
          expires-at: expires-at,
          cell: (get cell household),
          at: now,
        })
      )
      (asserts! (>= on-sale (get min-wh parameters)) ERR-TOO-SMALL)
      (asserts! (<= on-sale user-reserve) ERR-USER-RESERVE)
      (asserts!
        (<= total (contract-call? .governance-dao get-parameter "global-reserve-wh"))
        ERR-GLOBAL-RESERVE
      )
      (unwrap! (contract-call? .energy-token hand-over wh seller) ERR-ENERGY)
      (var-set reserve total)
      (map-set lots seller {
        wh: on-sale,
        price: price,
        expires-at: expires-at,
      })
      ;; @event energy-listed { seller: principal, wh: uint, price: uint, on-sale: uint, reserve: uint, expires-at: uint,
      ;;   cell: uint, at: uint }
      (print (merge { topic: "energy-listed" } result))
      (ok result)
    )
  )
)

;; Takes `wh` of the caller's energy off the market. Cannot be paused.
(define-public (remove-energy-from-sale (wh uint))
  (let ((lot (get-energy-for-sale contract-caller)))
    (asserts! (> wh u0) ERR-ZERO-AMOUNT)
    (asserts! (<= wh (get wh lot)) ERR-TOO-MUCH)
    (unlist contract-caller lot wh stacks-block-time)
  )
)

;; Gives a seller back what it has not sold in time. Anybody may call it. Cannot be paused.
(define-public (return-expired-energy (seller principal))
  (let (
      (now stacks-block-time)
      (lot (get-energy-for-sale seller))
    )
    (asserts! (> (get wh lot) u0) ERR-NOT-ON-SALE)
    (asserts! (>= now (get expires-at lot)) ERR-STILL-ON-SALE)
    (unlist seller lot (get wh lot) now)
  )
)

;; Buys `wh` that `seller` has on sale, at no more than `max-price` per kWh, the commission on top. The energy is the buyer's at
;; once; the seller has the money when the time for refunds is over.
(define-public (buy-energy-from-user
    (seller principal)
    (wh uint)
    (max-price uint)
  )
  (let (
      (now stacks-block-time)
      (buyer contract-caller)
      (parameters (contract-call? .governance-dao get-parameters))
      (pair (contract-call? .user-registry get-pair {
        seller: seller,
        buyer: buyer,
      }))
      (lot (get-energy-for-sale seller))
      (id (+ (var-get last-purchase) u1))
    )
    (try! (check-wallet))
    (try! (check-seller (get seller pair)))
    (try! (check-buyer (get buyer pair)))
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-TRADING) u0)
      ERR-PAUSED
    )
    (asserts! (not (is-eq seller buyer)) ERR-SELF-TRADE)
    (asserts! (and (> (get wh lot) u0) (< now (get expires-at lot)))
      ERR-NOT-ON-SALE
    )
    (asserts! (<= wh (get wh lot)) ERR-TOO-MUCH)
    ;; What is left may be less than the minimum.
    (asserts! (or (>= wh (get min-wh parameters)) (is-eq wh (get wh lot)))
      ERR-TOO-SMALL
    )
    (asserts! (<= (get price lot) max-price) ERR-MAX-PRICE)
    (let (
        (figures (price-energy wh (get price lot) (get commission-bps parameters)))
        (cost (get cost figures))
        (fee (get fee figures))
        (on-sale (- (get wh lot) wh))
        (total (- (var-get reserve) wh))
        (refund-bps (contract-call? .governance-dao get-parameter "refund-rate-bps"))
        (closes-at (+ now
          (contract-call? .governance-dao get-parameter "refund-window")
        ))
        (result {
          purchase: id,
          seller: seller,
          buyer: buyer,
          wh: wh,
          price: (get price lot),
          cost: cost,
          fee: fee,
          refund-bps: refund-bps,
          closes-at: closes-at,
          on-sale: on-sale,
          reserve: total,
          at: now,
        })
      )
      (unwrap! (stx-transfer? cost tx-sender current-contract) ERR-FUNDS)
      (if (> fee u0)
        (unwrap! (stx-transfer? fee tx-sender .governance-dao) ERR-FUNDS)
        true
      )
      (map-set lots seller (merge lot { wh: on-sale }))
      (var-set reserve total)
      (var-set last-purchase id)
      (map-set purchases id {
        seller: seller,
        buyer: buyer,
        wh: wh,
        cost: cost,
        refunded-wh: u0,
        held: cost,
        refund-bps: refund-bps,
        closes-at: closes-at,
        at: now,
      })
      (try! (send-energy wh buyer))
      ;; @event energy-bought { purchase: uint, seller: principal, buyer: principal, wh: uint, price: uint, cost: uint,
      ;;   fee: uint, refund-bps: uint, closes-at: uint, on-sale: uint, reserve: uint, at: uint }
      (print (merge { topic: "energy-bought" } result))
      (ok result)
    )
  )
)

;; Gives `wh` of a purchase back, for the refund rate of what was paid for them, out of the money that is still held. The energy
;; goes back on sale, or to the seller when its sale has ended or the reserves are full. Cannot be paused.
(define-public (refund-energy
    (purchase uint)
    (wh uint)
  )
  (let (
      (now stacks-block-time)
      (row (unwrap! (map-get? purchases purchase) ERR-UNKNOWN-PURCHASE))
      (seller (get seller row))
      (buyer (get buyer row))
    )
    (try! (check-wallet))
    (asserts! (is-eq contract-caller buyer) ERR-NOT-BUYER)
    (asserts! (< now (get closes-at row)) ERR-REFUND-CLOSED)
    (asserts! (> wh u0) ERR-ZERO-AMOUNT)
    (asserts! (<= wh (- (get wh row) (get refunded-wh row))) ERR-TOO-MUCH)
    (unwrap! (contract-call? .energy-token hand-over wh buyer) ERR-ENERGY)
    (let (
        ;; Rounded down, so that parts are never more than the whole.
        (refund (/ (* (get cost row) wh (get refund-bps row)) (* (get wh row) BPS)))
        (held (- (get held row) refund))
        (lot (get-energy-for-sale seller))
        (on-sale (+ (get wh lot) wh))
        (total (+ (var-get reserve) wh))
        (relisted (and
          (< now (get expires-at lot))
          (<= on-sale (contract-call? .governance-dao get-parameter "user-reserve-wh"))
          (<= total (contract-call? .governance-dao get-parameter "global-reserve-wh"))
        ))
        (result {
          purchase: purchase,
          seller: seller,
          buyer: buyer,
          wh: wh,
          refund: refund,
          held: held,
          relisted: relisted,
        })
      )
      (map-set purchases purchase
        (merge row {
          refunded-wh: (+ (get refunded-wh row) wh),
          held: held,
        })
      )
      (if relisted
        (begin
          (map-set lots seller (merge lot { wh: on-sale }))
          (var-set reserve total)
        )
        (try! (send-energy wh seller))
      )
      (if (> refund u0)
        (try! (send-stx refund buyer))
        true
      )
      ;; @event energy-refunded { purchase: uint, seller: principal, buyer: principal, wh: uint, refund: uint, held: uint,
      ;;   relisted: bool }
      (print (merge { topic: "energy-refunded" } result))
      (ok result)
    )
  )
)

;; Hands the seller what is held of a purchase, once it can no longer be given back. Anybody may call it. Cannot be paused.
(define-public (release-proceeds (purchase uint))
  (let (
      (row (unwrap! (map-get? purchases purchase) ERR-UNKNOWN-PURCHASE))
      (amount (get held row))
      (result {
        purchase: purchase,
        seller: (get seller row),
        amount: amount,
      })
    )
    (asserts! (> amount u0) ERR-NOTHING-HELD)
    (asserts!
      (or (is-eq (get refunded-wh row) (get wh row)) (>= stacks-block-time (get closes-at row)))
      ERR-REFUND-OPEN
    )
    (map-set purchases purchase (merge row { held: u0 }))
    (try! (send-stx amount (get seller row)))
    ;; @event proceeds-released { purchase: uint, seller: principal, amount: uint }
    (print (merge { topic: "proceeds-released" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- helpers: spot

(define-private (price-energy
    (wh uint)
    (price uint)
    (commission-bps uint)
  )
  (let (
      (cost (cost-of wh price))
      (fee (/ (* cost commission-bps) BPS))
    )
    {
      price: price,
      cost: cost,
      fee: fee,
      total: (+ cost fee),
    }
  )
)

(define-private (send-energy
    (wh uint)
    (to principal)
  )
  (as-contract? ((with-ft .energy-token "kwh" wh))
    (try! (contract-call? .energy-token transfer wh tx-sender to none))
  )
)

(define-private (send-stx
    (amount uint)
    (to principal)
  )
  (as-contract? ((with-stx amount))
    (try! (stx-transfer? amount tx-sender to))
  )
)

;; Gives the seller back a part of its lot. An empty lot is closed: nothing that a buyer gives back is sold from it again.
(define-private (unlist
    (seller principal)
    (lot {
      wh: uint,
      price: uint,
      expires-at: uint,
    })
    (wh uint)
    (now uint)
  )
  (let (
      (on-sale (- (get wh lot) wh))
      (total (- (var-get reserve) wh))
      (result {
        seller: seller,
        wh: wh,
        on-sale: on-sale,
        reserve: total,
        expired: (>= now (get expires-at lot)),
      })
    )
    (map-set lots seller
      (merge lot {
        wh: on-sale,
        expires-at: (if (is-eq on-sale u0)
          u0
          (get expires-at lot)
        ),
      })
    )
    (var-set reserve total)
    (try! (send-energy wh seller))
    ;; @event energy-unlisted { seller: principal, wh: uint, on-sale: uint, reserve: uint, expired: bool }
    (print (merge { topic: "energy-unlisted" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- helpers

(define-private (end-price-of
    (mode uint)
    (price uint)
    (end-price uint)
  )
  (if (is-eq mode MODE-FIXED)
    price
    end-price
  )
)

;; When a slot starts. A number beyond all time stays beyond all time, rather than overflowing.
(define-private (start-of (slot uint))
  (* (if (< slot MAX-SLOT)
    slot
    MAX-SLOT
  )
    SLOT-SECONDS
  )
)

;; The price per kWh at a moment; the change so far is rounded down.
(define-private (price-at
    (offer {
      seller: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      mode: uint,
      price: uint,
      end-price: uint,
      expiry: uint,
      remaining: uint,
      revision: uint,
      status: uint,
      at: uint,
      updated-at: uint,
    })
    (now uint)
  )
  (if (and (>= (get mode offer) MODE-ABOVE) (< (get mode offer) MODE-ASSET))
    (by-reference (get mode offer) (get price offer) (get end-price offer)
      (contract-call? .governance-dao get-parameter "reference-price")
      (contract-call? .governance-dao get-parameter "price-ceiling")
    )
    (let (
        (from (get price offer))
        (to (get end-price offer))
        (span (- (get expiry offer) (get updated-at offer)))
        (elapsed (if (< now (get expiry offer))
          (- now (get updated-at offer))
          span
        ))
      )
      (if (>= to from)
        (+ from (/ (* (- to from) elapsed) span))
        (- from (/ (* (- from to) elapsed) span))
      )
    )
  )
)

(define-private (by-reference
    (mode uint)
    (spread uint)
    (least uint)
    (reference uint)
    (ceiling uint)
  )
  (let (
      (wanted (if (is-eq mode MODE-ABOVE)
        (+ reference spread)
        (if (> spread reference)
          u0
          (- reference spread)
        )
      ))
      (most (if (> wanted ceiling)
        ceiling
        wanted
      ))
    )
    ;; The seller's word stands even where the ceiling has come down since.
    (if (> least most)
      least
      most
    )
  )
)

;; For the buyer: rounded up.
(define-private (cost-of
    (wh uint)
    (price uint)
  )
  (/ (+ (* wh price) (- WH-PER-KWH u1)) WH-PER-KWH)
)

;; Commission and grid fee in one number. Energy that stays in the cell or in the district uses less of the grid.
(define-private (terms-of
    (commission-bps uint)
    (grid-bps-cell uint)
    (grid-bps-district uint)
    (grid-bps-far uint)
    (seller-cell uint)
    (buyer-cell uint)
  )
  (+ commission-bps
    (* BPS
      (if (is-eq seller-cell buyer-cell)
        grid-bps-cell
        (if (is-eq (bit-shift-right seller-cell DISTRICT-SHIFT)
          (bit-shift-right buyer-cell DISTRICT-SHIFT)
        )
          grid-bps-district
          grid-bps-far
        )
      )))
)

(define-private (quote-price
    (seller principal)
    (buyer principal)
    (wh uint)
    (price uint)
  )
  (let (
      (parameters (contract-call? .governance-dao get-parameters))
      (pair (contract-call? .user-registry get-pair {
        seller: seller,
        buyer: buyer,
      }))
      (cost (cost-of wh price))
    )
    (ok (merge {
      price: price,
      cost: cost,
    }
      (contract-call? .trade-escrow get-total cost
        (terms-of (get commission-bps parameters) (get grid-bps-cell parameters)
          (get grid-bps-district parameters) (get grid-bps-far parameters)
          (get cell (unwrap! (get seller pair) ERR-UNKNOWN-SELLER))
          (get cell (unwrap! (get buyer pair) ERR-UNKNOWN-BUYER))
        ))
    ))
  )
)

(define-private (order-hash
    (domain (buff 32))
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (cell uint)
    (asset (optional principal))
  )
  (sha256 (concat (concat PREFIX domain)
    (sha256 (default-to 0x
      (to-consensus-buff? (merge order {
        asset: asset,
        cell: cell,
      }))
    ))
  ))
)

(define-private (is-signed-by
    (who principal)
    (hash (buff 32))
    (signature (buff 65))
  )
  (and
    (is-eq (len signature) u65)
    (<= (default-to 0xff (slice? signature u32 u64)) MAX-S)
    (match (secp256k1-recover? hash signature)
      key (is-eq (ok who) (principal-of? key))
      code
      false
    )
  )
)

;; The rules for the caller's listings, if it may list now. Bounds of prices are those of what it is paid in.
(define-private (listing-rules (asset (optional principal)))
  (let (
      (parameters (contract-call? .governance-dao get-parameters))
      (seller (try! (check-seller (contract-call? .user-registry get-user contract-caller))))
      (bounds (try! (bounds-in asset (get price-floor parameters)
        (get price-ceiling parameters)
      )))
    )
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-LISTING) u0)
      ERR-PAUSED
    )
    (ok {
      now: stacks-block-time,
      price-floor: (get floor bounds),
      price-ceiling: (get ceiling bounds),
      min-wh: (get min-wh parameters),
      gate-closure: (get gate-closure parameters),
      peak-w: (get peak-w seller),
      cell: (get cell seller),
    })
  )
)

;; The bounds of prices in an asset, if trades may be paid in it; without one those in STX.
(define-private (bounds-in
    (asset (optional principal))
    (floor uint)
    (ceiling uint)
  )
  (match asset
    token (let ((row (unwrap! (contract-call? .trade-escrow get-asset token) ERR-ASSET)))
      (asserts! (get open row) ERR-ASSET)
      (ok {
        floor: (get floor row),
        ceiling: (get ceiling row),
      })
    )
    (ok {
      floor: floor,
      ceiling: ceiling,
    })
  )
)

(define-private (list-offer
    (id uint)
    (wanted {
      slot: uint,
      wh: uint,
      min-wh: uint,
      mode: uint,
      price: uint,
      end-price: uint,
      expiry: uint,
    })
    (rules {
      now: uint,
      price-floor: uint,
      price-ceiling: uint,
      min-wh: uint,
      gate-closure: uint,
      peak-w: uint,
      cell: uint,
    })
  )
  (let (
      (now (get now rules))
      (row (merge wanted { end-price: (end-price-of (get mode wanted) (get price wanted) (get end-price wanted)) }))
      (result (merge row {
        id: id,
        seller: contract-caller,
        cell: (get cell rules),
        at: now,
      }))
    )
    (try! (check-listing row rules))
    (map-set offers id
      (merge row {
        seller: contract-caller,
        remaining: (get wh row),
        revision: u1,
        status: OFFER-OPEN,
        at: now,
        updated-at: now,
      })
    )
    ;; @event offer-created { id: uint, seller: principal, slot: uint, wh: uint, min-wh: uint, mode: uint, price: uint,
    ;;   end-price: uint, cell: uint, expiry: uint, at: uint }
    (print (merge { topic: "offer-created" } result))
    (ok result)
  )
)

(define-private (list-row
    (wanted {
      slot: uint,
      wh: uint,
      min-wh: uint,
      mode: uint,
      price: uint,
      end-price: uint,
      expiry: uint,
    })
    (state (response {
      id: uint,
      row: uint,
      rules: {
        now: uint,
        price-floor: uint,
        price-ceiling: uint,
        min-wh: uint,
        gate-closure: uint,
        peak-w: uint,
        cell: uint,
      },
      ids: (list 24 uint),
    }
      uint
    ))
  )
  (let (
      (batch (try! state))
      (id (+ (get id batch) u1))
    )
    (match (list-offer id wanted (get rules batch))
      done (ok (merge batch {
        id: id,
        row: (+ (get row batch) u1),
        ids: (default-to (get ids batch) (as-max-len? (append (get ids batch) id) u24)),
      }))
      code (err (+ (* (get row batch) ROW) code))
    )
  )
)

;; Marks `wh` of a signed order as taken and returns how much of it is taken by now.
(define-private (take-signed
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (wh uint)
    (now uint)
  )
  (let (
      (key {
        maker: (get maker order),
        nonce: (get nonce order),
      })
      (before (default-to NOT-FILLED (map-get? filled key)))
      (taken (get wh before))
    )
    (asserts! (not (get cancelled before)) ERR-SIGNED-CANCELLED)
    (asserts! (< now (get expiry order)) ERR-EXPIRED)
    (asserts! (>= wh (get min-wh order)) ERR-TOO-SMALL)
    (asserts!
      (and (<= taken (get wh order)) (<= wh (- (get wh order) taken)))
      ERR-TOO-MUCH
    )
    (map-set filled key (merge before { wh: (+ taken wh) }))
    (ok (+ taken wh))
  )
)

;; A trade that is paid in STX.
(define-private (buy
    (deal {
      seller: principal,
      buyer: principal,
      slot: uint,
      wh: uint,
      price: uint,
      max-total: uint,
      origin: uint,
      ref: uint,
    })
    (signed (optional {
      order: {
        maker: principal,
        slot: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      signature: (buff 65),
    }))
    (now uint)
  )
  (buy-in deal signed now none)
)

;; The one way into escrow: gates of both sides and of the slot, then price, signature and money.
(define-private (buy-in
    (deal {
      seller: principal,
      buyer: principal,
      slot: uint,
      wh: uint,
      price: uint,
      max-total: uint,
      origin: uint,
      ref: uint,
    })
    (signed (optional {
      order: {
        maker: principal,
        slot: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      signature: (buff 65),
    }))
    (now uint)
    (asset (optional principal))
  )
  (let (
      (buyer (get buyer deal))
      (parameters (contract-call? .governance-dao get-parameters))
      (pair (contract-call? .user-registry get-pair {
        seller: (get seller deal),
        buyer: buyer,
      }))
      (seller-row (try! (check-seller (get seller pair))))
      (buyer-row (try! (check-buyer (get buyer pair))))
      (start (start-of (get slot deal)))
    )
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-TRADING) u0)
      ERR-PAUSED
    )
    (asserts! (not (is-eq (get seller deal) buyer)) ERR-SELF-TRADE)
    (asserts! (>= (get wh deal) (get min-wh parameters)) ERR-TOO-SMALL)
    (asserts! (<= (get wh deal) (get peak-w seller-row)) ERR-OVER-PEAK)
    (asserts! (>= (+ now (get gate-opening parameters)) start) ERR-GATE-NOT-OPEN)
    (asserts! (< (+ now (get gate-closure parameters)) start) ERR-GATE-CLOSED)
    ;; A listed price was within the bounds when it was listed; any other has to be so now.
    (if (or
        (is-eq (get origin deal) ORIGIN-LISTED)
        (is-eq (get origin deal) ORIGIN-PAIRED)
        (is-eq (get origin deal) ORIGIN-STANDING-LISTED)
        (is-eq (get origin deal) (+ ORIGIN-ASSET ORIGIN-LISTED))
        (is-eq (get origin deal) (+ ORIGIN-ASSET ORIGIN-PAIRED))
      )
      true
      (let ((bounds (try! (bounds-in asset (get price-floor parameters)
          (get price-ceiling parameters)
        ))))
        (try! (check-price (get price deal) (get floor bounds) (get ceiling bounds)))
      )
    )
    (match signed
      intent (begin
        (asserts! (>= (get ref deal) (get nonce-floor seller-row))
          ERR-NONCE-FLOOR
        )
        (asserts!
          (is-signed-by (get seller deal)
            (order-hash DOMAIN-OFFER (get order intent) (get cell seller-row) asset)
            (get signature intent)
          )
          ERR-SIGNATURE
        )
      )
      true
    )
    (let (
        (limits (contract-call? .reputation-system limits {
          seller: (get seller deal),
          seller-capacity-wh: (get capacity-wh seller-row),
          buyer: buyer,
          buyer-capacity-wh: (get capacity-wh buyer-row),
          default-limit-wh: (get default-limit-wh parameters),
        }))
        (row {
          seller: (get seller deal),
          buyer: buyer,
          wh: (get wh deal),
          cost: (cost-of (get wh deal) (get price deal)),
          slot: (get slot deal),
          pv: (get v parameters),
          terms: (terms-of (get commission-bps parameters) (get grid-bps-cell parameters)
            (get grid-bps-district parameters) (get grid-bps-far parameters)
            (get cell seller-row) (get cell buyer-row)
          ),
          origin: (get origin deal),
          ref: (get ref deal),
          seller-limit: (get seller limits),
          buyer-limit: (get buyer limits),
          load-w: (get load-w buyer-row),
          peak-w: (get peak-w seller-row),
        })
        (trade (try! (match asset
          token (contract-call? .trade-escrow open-in-asset row now token)
          (if (>= (get origin deal) ORIGIN-MATCHED)
            (contract-call? .trade-escrow open-from-vault row now)
            (contract-call? .trade-escrow open-direct row now)
          )
        )))
      )
      ;; What escrow has locked is what counts; above the buyer's limit all of it is undone.
      (asserts! (<= (get locked trade) (get max-total deal)) ERR-MAX-TOTAL)
      (ok {
        id: (get id trade),
        locked: (get locked trade),
      })
    )
  )
)

;; Sells a part of an offer to `buyer`.
(define-private (take-offer
    (id uint)
    (offer {
      seller: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      mode: uint,
      price: uint,
      end-price: uint,
      expiry: uint,
      remaining: uint,
      revision: uint,
      status: uint,
      at: uint,
      updated-at: uint,
    })
    (buyer principal)
    (wh uint)
    (max-total uint)
    (origin uint)
    (ref uint)
    (now uint)
    (asset (optional principal))
  )
  (begin
    (asserts! (is-eq (>= (get mode offer) MODE-ASSET) (is-some asset)) ERR-ASSET)
    (asserts! (is-eq (get status offer) OFFER-OPEN) ERR-OFFER-NOT-OPEN)
    (asserts! (< now (get expiry offer)) ERR-EXPIRED)
    (asserts! (>= wh (get min-wh offer)) ERR-TOO-SMALL)
    (asserts! (<= wh (get remaining offer)) ERR-TOO-MUCH)
    (let (
        (remaining (- (get remaining offer) wh))
        (trade (try! (buy-in {
          seller: (get seller offer),
          buyer: buyer,
          slot: (get slot offer),
          wh: wh,
          price: (price-at offer now),
          max-total: max-total,
          origin: origin,
          ref: ref,
        }
          none now asset
        )))
        (result {
          id: id,
          trade: (get id trade),
          buyer: buyer,
          wh: wh,
          remaining: remaining,
        })
      )
      (map-set offers id
        (merge offer {
          remaining: remaining,
          status: (if (is-eq remaining u0)
            OFFER-FILLED
            OFFER-OPEN
          ),
        })
      )
      ;; @event offer-accepted { id: uint, trade: uint, buyer: principal, wh: uint, remaining: uint }
      (print (merge { topic: "offer-accepted" } result))
      (ok {
        accepted: result,
        locked: (get locked trade),
      })
    )
  )
)

(define-private (place-request (wanted {
  wh: uint,
  min-wh: uint,
  max-price: uint,
  urgency: uint,
  slot-from: uint,
  slot-to: uint,
  expiry: uint,
  asset: (optional principal),
}))
  (let (
      (now stacks-block-time)
      (parameters (contract-call? .governance-dao get-parameters))
      (buyer (try! (check-buyer (contract-call? .user-registry get-user contract-caller))))
      (id (+ (var-get last-request) u1))
      (wh (get wh wanted))
      (slot-from (get slot-from wanted))
      (slot-to (get slot-to wanted))
      (expiry (get expiry wanted))
      (bounds (try! (bounds-in (get asset wanted) (get price-floor parameters)
        (get price-ceiling parameters)
      )))
      (row (merge wanted {
        buyer: contract-caller,
        at: now,
      }))
      (result (merge row {
        id: id,
        cell: (get cell buyer),
      }))
    )
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-LISTING) u0)
      ERR-PAUSED
    )
    (asserts! (<= (get urgency wanted) URGENCY-SCHEDULED) ERR-URGENCY)
    (asserts! (>= wh (get min-wh parameters)) ERR-TOO-SMALL)
    (asserts! (and (> (get min-wh wanted) u0) (<= (get min-wh wanted) wh))
      ERR-MIN-WH
    )
    (try! (check-price (get max-price wanted) (get floor bounds) (get ceiling bounds)))
    (asserts!
      (and (<= slot-from slot-to) (< (- slot-to slot-from) MAX-REQUEST-SLOTS))
      ERR-SLOTS
    )
    (asserts! (< (+ now (get gate-closure parameters)) (start-of slot-to))
      ERR-GATE-CLOSED
    )
    (asserts! (<= (start-of slot-to) (+ now HORIZON)) ERR-TOO-FAR)
    (asserts! (and (< now expiry) (<= expiry (start-of slot-to))) ERR-EXPIRY)
    (var-set last-request id)
    (map-set requests id
      (merge row {
        remaining: wh,
        status: REQUEST-OPEN,
      })
    )
    ;; @event request-created { id: uint, buyer: principal, wh: uint, min-wh: uint, max-price: uint, urgency: uint,
    ;;   slot-from: uint, slot-to: uint, expiry: uint, asset: (optional principal), cell: uint,
    ;;   at: uint }
    (print (merge { topic: "request-created" } result))
    (ok result)
  )
)

(define-private (check-request
    (request {
      buyer: principal,
      wh: uint,
      min-wh: uint,
      max-price: uint,
      urgency: uint,
      slot-from: uint,
      slot-to: uint,
      expiry: uint,
      asset: (optional principal),
      remaining: uint,
      status: uint,
      at: uint,
    })
    (slot uint)
    (wh uint)
    (price uint)
    (now uint)
    (asset (optional principal))
  )
  (begin
    (asserts! (is-eq (get asset request) asset) ERR-ASSET)
    (asserts! (is-eq (get status request) REQUEST-OPEN) ERR-REQUEST-NOT-OPEN)
    (asserts! (< now (get expiry request)) ERR-EXPIRED)
    (asserts!
      (and (>= slot (get slot-from request)) (<= slot (get slot-to request)))
      ERR-OTHER-SLOT
    )
    (asserts! (>= wh (get min-wh request)) ERR-TOO-SMALL)
    (asserts! (<= wh (get remaining request)) ERR-TOO-MUCH)
    (ok (asserts! (<= price (get max-price request)) ERR-MAX-PRICE))
  )
)

(define-private (fill-with
    (id uint)
    (slot uint)
    (wh uint)
    (price uint)
    (asset (optional principal))
  )
  (let (
      (now stacks-block-time)
      (request (unwrap! (map-get? requests id) ERR-UNKNOWN-REQUEST))
    )
    (try! (check-request request slot wh price now asset))
    (let ((trade (try! (buy-in {
        seller: contract-caller,
        buyer: (get buyer request),
        slot: slot,
        wh: wh,
        price: price,
        max-total: MAX-UINT,
        origin: (origin-in asset ORIGIN-REQUESTED),
        ref: id,
      }
        none now asset
      ))))
      (fill-row id request (get id trade) contract-caller none slot wh)
    )
  )
)

(define-private (match-with
    (offer-id uint)
    (id uint)
    (wh uint)
    (asset (optional principal))
  )
  (let (
      (now stacks-block-time)
      (offer (unwrap! (map-get? offers offer-id) ERR-UNKNOWN-OFFER))
      (request (unwrap! (map-get? requests id) ERR-UNKNOWN-REQUEST))
    )
    (try! (check-request request (get slot offer) wh (price-at offer now) now
      asset
    ))
    (let ((taken (try! (take-offer offer-id offer (get buyer request) wh MAX-UINT (origin-in asset ORIGIN-PAIRED)
        (+ offer-id (* id PAIR)) now asset
      ))))
      (fill-row id request (get trade (get accepted taken)) (get seller offer) (some offer-id)
        (get slot offer) wh
      )
    )
  )
)

;; Where a trade that is paid so comes from.
(define-private (origin-in
    (asset (optional principal))
    (origin uint)
  )
  (if (is-some asset)
    (+ ORIGIN-ASSET origin)
    origin
  )
)

(define-private (fill-row
    (id uint)
    (request {
      buyer: principal,
      wh: uint,
      min-wh: uint,
      max-price: uint,
      urgency: uint,
      slot-from: uint,
      slot-to: uint,
      expiry: uint,
      asset: (optional principal),
      remaining: uint,
      status: uint,
      at: uint,
    })
    (trade uint)
    (seller principal)
    (offer (optional uint))
    (slot uint)
    (wh uint)
  )
  (let (
      (remaining (- (get remaining request) wh))
      (result {
        id: id,
        trade: trade,
        seller: seller,
        offer: offer,
        slot: slot,
        wh: wh,
        remaining: remaining,
      })
    )
    (map-set requests id
      (merge request {
        remaining: remaining,
        status: (if (is-eq remaining u0)
          REQUEST-FILLED
          REQUEST-OPEN
        ),
      })
    )
    ;; @event request-filled { id: uint, trade: uint, seller: principal, offer: (optional uint), slot: uint, wh: uint,
    ;;   remaining: uint }
    (print (merge { topic: "request-filled" } result))
    (ok result)
  )
)

;; Nothing is changed when it fails.
(define-private (release (id uint))
  (let (
      (trade (unwrap! (contract-call? .trade-escrow get-trade id) ERR-UNKNOWN-TRADE))
      (origin (get origin trade))
      (ref (get ref trade))
      (wh (get wh trade))
    )
    (asserts! (is-eq (get status trade) TRADE-CANCELLED) ERR-NOT-CANCELLED)
    (asserts! (not (is-released id)) ERR-RELEASED)
    (asserts! (release-to id (mod origin ORIGIN-ASSET) ref trade) ERR-NOT-RELEASABLE)
    (map-set released id true)
    (ok {
      trade: id,
      wh: wh,
    })
  )
)

;; Whether anything took the energy of a trade back: each side has what can be given back to it, whatever became of the other.
(define-private (release-to
    (id uint)
    (origin uint)
    (ref uint)
    (trade {
      seller: principal,
      buyer: principal,
      wh: uint,
      cost: uint,
      locked: uint,
      slot: uint,
      pv: uint,
      terms: uint,
      origin: uint,
      ref: uint,
      at: uint,
      status: uint,
    })
  )
  (let (
      (wh (get wh trade))
      (at (get at trade))
      (seller (get seller trade))
      (buyer (get buyer trade))
      (low (mod ref PAIR))
      (high (/ ref PAIR))
    )
    (if (is-eq origin ORIGIN-LISTED)
      (release-listed id ref wh at)
      (if (is-eq origin ORIGIN-SIGNED)
        (release-signed id seller ref wh)
        (if (or (is-eq origin ORIGIN-MATCHED) (is-eq origin ORIGIN-AUCTION))
          (and (release-signed id seller low wh) (release-signed id buyer high wh))
          (if (is-eq origin ORIGIN-REQUESTED)
            (release-requested id ref wh)
            (if (is-eq origin ORIGIN-PAIRED)
              (either (release-requested id high wh) (release-listed id low wh at))
              (if (is-eq origin ORIGIN-BID)
                (either (release-signed id buyer high wh) (release-listed id low wh at))
                (if (is-eq origin ORIGIN-STANDING)
                  (release-standing id buyer ref wh (get locked trade))
                  (if (is-eq origin ORIGIN-STANDING-LISTED)
                    (either (release-standing id buyer high wh (get locked trade))
                      (release-listed id low wh at)
                    )
                    (and
                      (release-signed id seller low wh)
                      (release-standing id buyer high wh (get locked trade))
                    )
                  )
                )
              )
            )
          )
        )
      )
    )
  )
)

;; Both have been evaluated: `or` would not try the second.
(define-private (either
    (one bool)
    (other bool)
  )
  (or one other)
)

;; Whether the offer takes its energy back: not when it was cancelled, nor when its seller has said anew how much is on offer.
(define-private (release-listed
    (trade uint)
    (id uint)
    (wh uint)
    (at uint)
  )
  (match (map-get? offers id)
    offer (if (and
        (not (is-eq (get status offer) OFFER-CANCELLED))
        (or (is-eq (get revision offer) u1) (> at (get updated-at offer)))
      )
      (let ((remaining (+ (get remaining offer) wh)))
        (map-set offers id
          (merge offer {
            remaining: remaining,
            status: OFFER-OPEN,
          })
        )
        ;; @event offer-released { id: uint, trade: uint, wh: uint, remaining: uint }
        (print {
          topic: "offer-released",
          id: id,
          trade: trade,
          wh: wh,
          remaining: remaining,
        })
        true
      )
      false
    )
    false
  )
)

;; Whether the request takes it back: not when it was cancelled.
(define-private (release-requested
    (trade uint)
    (id uint)
    (wh uint)
  )
  (match (map-get? requests id)
    request (if (is-eq (get status request) REQUEST-CANCELLED)
      false
      (let ((remaining (+ (get remaining request) wh)))
        (map-set requests id
          (merge request {
            remaining: remaining,
            status: REQUEST-OPEN,
          })
        )
        ;; @event request-released { id: uint, trade: uint, wh: uint, remaining: uint }
        (print {
          topic: "request-released",
          id: id,
          trade: trade,
          wh: wh,
          remaining: remaining,
        })
        true
      )
    )
    false
  )
)

;; Always true: the energy goes back to the order, and one that its maker cancelled stays cancelled.
(define-private (release-signed
    (trade uint)
    (maker principal)
    (nonce uint)
    (wh uint)
  )
  (let ((after (untake maker nonce wh)))
    ;; @event signed-released { maker: principal, nonce: uint, trade: uint, wh: uint, filled: uint }
    (print {
      topic: "signed-released",
      maker: maker,
      nonce: nonce,
      trade: trade,
      wh: wh,
      filled: after,
    })
    true
  )
)

;; Everything that a standing bid says, but what it may spend: that is known when the trade is made. Gives what was taken of it
;; before.
(define-private (check-standing
    (intent {
      maker: principal,
      cell: uint,
      slot-from: uint,
      slot-to: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      cap: uint,
      nonce: uint,
      expiry: uint,
    })
    (signature (buff 65))
    (slot uint)
    (wh uint)
    (price uint)
    (now uint)
  )
  (let (
      (maker (get maker intent))
      (buyer (try! (check-buyer (contract-call? .user-registry get-user maker))))
    )
    (asserts! (< (get nonce intent) PAIR) ERR-NONCE)
    (asserts! (is-signed-by maker (get-standing-hash intent) signature)
      ERR-BID-SIGNATURE
    )
    (asserts!
      (and (>= slot (get slot-from intent)) (<= slot (get slot-to intent)))
      ERR-OTHER-SLOT
    )
    (asserts! (>= wh (get min-wh intent)) ERR-TOO-SMALL)
    (asserts! (<= price (get price intent)) ERR-MAX-PRICE)
    (check-live {
      maker: maker,
      cell: (get cell intent),
      wh: (get wh intent),
      min-wh: (get min-wh intent),
      price: (get price intent),
      nonce: (get nonce intent),
      expiry: (get expiry intent),
    }
      wh (get nonce-floor buyer) (get cell buyer) now
    )
  )
)

;; Counts a trade against a standing bid. Above its cap all of the trade is undone.
(define-private (book-standing
    (intent {
      maker: principal,
      cell: uint,
      slot-from: uint,
      slot-to: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      cap: uint,
      nonce: uint,
      expiry: uint,
    })
    (before uint)
    (seller principal)
    (slot uint)
    (wh uint)
    (trade {
      id: uint,
      locked: uint,
    })
  )
  (let (
      (key {
        maker: (get maker intent),
        nonce: (get nonce intent),
      })
      (total (+ (get-spent (get maker intent) (get nonce intent)) (get locked trade)))
      (result (merge key {
        trade: (get id trade),
        seller: seller,
        slot: slot,
        wh: wh,
        filled: (+ before wh),
        locked: (get locked trade),
        spent: total,
      }))
    )
    (asserts! (<= total (get cap intent)) ERR-CAP)
    (take (get maker intent) (get nonce intent) (+ before wh))
    (map-set spent key total)
    ;; @event standing-filled { maker: principal, nonce: uint, trade: uint, seller: principal, slot: uint, wh: uint,
    ;;   filled: uint, locked: uint, spent: uint }
    (print (merge { topic: "standing-filled" } result))
    (ok result)
  )
)

;; Always true: what a cancelled trade had locked may be spent again.
(define-private (release-standing
    (trade uint)
    (maker principal)
    (nonce uint)
    (wh uint)
    (locked uint)
  )
  (let ((after (- (get-spent maker nonce) locked)))
    (map-set spent {
      maker: maker,
      nonce: nonce,
    }
      after
    )
    ;; @event standing-released { maker: principal, nonce: uint, trade: uint, spent: uint }
    (print {
      topic: "standing-released",
      maker: maker,
      nonce: nonce,
      trade: trade,
      spent: after,
    })
    (release-signed trade maker nonce wh)
  )
)

;; Only for orders that are not cancelled.
(define-private (take
    (maker principal)
    (nonce uint)
    (wh uint)
  )
  (map-set filled {
    maker: maker,
    nonce: nonce,
  } {
    wh: wh,
    cancelled: false,
  })
)

(define-private (untake
    (maker principal)
    (nonce uint)
    (wh uint)
  )
  (let (
      (before (get-filled maker nonce))
      (after (- (get wh before) wh))
    )
    (map-set filled {
      maker: maker,
      nonce: nonce,
    }
      (merge before { wh: after })
    )
    after
  )
)

;; ---------------------------------------------------------------- helpers of match-signed-batch

;; The error of a row, with the row in it.
(define-private (at-row
    (at uint)
    (error (response bool uint))
  )
  (match error
    none-here (err at)
    code (err (+ at code))
  )
)

(define-private (parties-of (row {
  offer: {
    maker: principal,
    cell: uint,
    wh: uint,
    min-wh: uint,
    price: uint,
    nonce: uint,
    expiry: uint,
  },
  offer-signature: (buff 65),
  bid: {
    maker: principal,
    cell: uint,
    wh: uint,
    min-wh: uint,
    price: uint,
    nonce: uint,
    expiry: uint,
  },
  bid-signature: (buff 65),
  wh: uint,
}))
  {
    seller: (get maker (get offer row)),
    buyer: (get maker (get bid row)),
  }
)

(define-private (with-households
    (row {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    })
    (households {
      seller: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
      buyer: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
    })
  )
  (merge row households)
)

(define-private (repeat
    (one uint)
    (state {
      value: uint,
      all: (list 50 uint),
    })
  )
  (merge state { all: (default-to (list) (as-max-len? (append (get all state) (get value state)) u50)) })
)

;; Half way between the two; only where they cross.
(define-private (middle
    (ask uint)
    (bid uint)
  )
  (+ ask (/ (- bid ask) u2))
)

(define-private (hash-of
    (domain (buff 32))
    (slot uint)
    (signed {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
  )
  (order-hash domain {
    maker: (get maker signed),
    slot: slot,
    wh: (get wh signed),
    min-wh: (get min-wh signed),
    price: (get price signed),
    nonce: (get nonce signed),
    expiry: (get expiry signed),
  }
    (get cell signed) none
  )
)

;; The same for payment in an asset.
(define-private (asset-hash-of
    (domain (buff 32))
    (slot uint)
    (signed {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (asset principal)
  )
  (order-hash domain {
    maker: (get maker signed),
    slot: slot,
    wh: (get wh signed),
    min-wh: (get min-wh signed),
    price: (get price signed),
    nonce: (get nonce signed),
    expiry: (get expiry signed),
  }
    (get cell signed) (some asset)
  )
)

;; One pair. The lists get its amount and its fees, or zeros when it is skipped.
(define-private (match-row
    (row {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
      seller: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
      buyer: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
    })
    (state (response {
      slot: uint,
      now: uint,
      min-wh: uint,
      price-floor: uint,
      price-ceiling: uint,
      commission-bps: uint,
      grid-bps-cell: uint,
      grid-bps-district: uint,
      grid-bps-far: uint,
      row: uint,
      amounts: (list 50 uint),
      terms: (list 50 uint),
    }
      uint
    ))
  )
  (let (
      (batch (try! state))
      (at (* (get row batch) ROW))
      (slot (get slot batch))
      (offer (get offer row))
      (bid (get bid row))
      (wh (get wh row))
    )
    (asserts! (not (is-eq (get maker offer) (get maker bid)))
      (at-row at ERR-SELF-TRADE)
    )
    (asserts! (<= (get price offer) (get price bid)) (at-row at ERR-NOT-CROSSING))
    (asserts! (and (< (get nonce offer) PAIR) (< (get nonce bid) PAIR))
      (at-row at ERR-NONCE)
    )
    (asserts!
      (and (>= wh (get min-wh offer)) (>= wh (get min-wh bid)) (>= wh (get min-wh batch)))
      (at-row at ERR-TOO-SMALL)
    )
    (asserts! (and (<= wh (get wh offer)) (<= wh (get wh bid)))
      (at-row at ERR-TOO-MUCH)
    )
    (asserts!
      (is-signed-by (get maker offer) (hash-of DOMAIN-OFFER slot offer)
        (get offer-signature row)
      )
      (at-row at ERR-SIGNATURE)
    )
    (asserts!
      (is-signed-by (get maker bid) (hash-of DOMAIN-BID slot bid)
        (get bid-signature row)
      )
      (at-row at ERR-BID-SIGNATURE)
    )
    (let ((terms (match (check-pair offer (get seller row) bid (get buyer row) wh {
        now: (get now batch),
        price-floor: (get price-floor batch),
        price-ceiling: (get price-ceiling batch),
        commission-bps: (get commission-bps batch),
        grid-bps-cell: (get grid-bps-cell batch),
        grid-bps-district: (get grid-bps-district batch),
        grid-bps-far: (get grid-bps-far batch),
      })
        pair (begin
          (take (get maker offer) (get nonce offer) (+ (get offer-taken pair) wh))
          (take (get maker bid) (get nonce bid) (+ (get bid-taken pair) wh))
          (some (get terms pair))
        )
        code (begin
          ;; @event row-refused { row: uint, code: uint }
          (print {
            topic: "row-refused",
            row: (get row batch),
            code: code,
          })
          none
        )
      )))
      (ok (merge batch {
        row: (+ (get row batch) u1),
        amounts: (default-to (list)
          (as-max-len?
            (append (get amounts batch) (if (is-some terms)
              wh
              u0
            ))
            u50
          )),
        terms: (default-to (list)
          (as-max-len? (append (get terms batch) (default-to u0 terms)) u50)
        ),
      }))
    )
  )
)

;; What time, the DAO or others may have made stale. Gives the fees of the pair, and what was taken of both orders before.
(define-private (check-pair
    (offer {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (seller (optional {
      bits: uint,
      cell: uint,
      capacity-wh: uint,
      peak-w: uint,
      nonce-floor: uint,
      meter: uint,
      load-w: uint,
    }))
    (bid {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (buyer (optional {
      bits: uint,
      cell: uint,
      capacity-wh: uint,
      peak-w: uint,
      nonce-floor: uint,
      meter: uint,
      load-w: uint,
    }))
    (wh uint)
    (rules {
      now: uint,
      price-floor: uint,
      price-ceiling: uint,
      commission-bps: uint,
      grid-bps-cell: uint,
      grid-bps-district: uint,
      grid-bps-far: uint,
    })
  )
  (let (
      (seller-row (try! (check-seller seller)))
      (buyer-row (try! (check-buyer buyer)))
    )
    (try! (check-price (middle (get price offer) (get price bid))
      (get price-floor rules) (get price-ceiling rules)
    ))
    (asserts! (<= wh (get peak-w seller-row)) ERR-OVER-PEAK)
    (ok {
      offer-taken: (try! (check-live offer wh (get nonce-floor seller-row) (get cell seller-row)
        (get now rules)
      )),
      bid-taken: (try! (check-live bid wh (get nonce-floor buyer-row) (get cell buyer-row)
        (get now rules)
      )),
      terms: (terms-of (get commission-bps rules) (get grid-bps-cell rules)
        (get grid-bps-district rules) (get grid-bps-far rules)
        (get cell seller-row) (get cell buyer-row)
      ),
    })
  )
)

(define-private (check-live
    (signed {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (wh uint)
    (nonce-floor uint)
    (cell uint)
    (now uint)
  )
  (let (
      (before (get-filled (get maker signed) (get nonce signed)))
      (taken (get wh before))
    )
    (asserts! (not (get cancelled before)) ERR-SIGNED-CANCELLED)
    (asserts! (>= (get nonce signed) nonce-floor) ERR-NONCE-FLOOR)
    (asserts! (is-eq (get cell signed) cell) ERR-CELL-MOVED)
    (asserts! (< now (get expiry signed)) ERR-EXPIRED)
    (asserts!
      (and (<= taken (get wh signed)) (<= wh (- (get wh signed) taken)))
      ERR-TOO-MUCH
    )
    (ok taken)
  )
)

(define-private (limit-row
    (parties {
      seller: principal,
      buyer: principal,
    })
    (households {
      seller: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
      buyer: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
    })
    (default-limit-wh uint)
  )
  {
    seller: (get seller parties),
    seller-capacity-wh: (default-to u0 (get capacity-wh (get seller households))),
    buyer: (get buyer parties),
    buyer-capacity-wh: (default-to u0 (get capacity-wh (get buyer households))),
    default-limit-wh: default-limit-wh,
  }
)

(define-private (deal-of (row {
  offer: {
    maker: principal,
    cell: uint,
    wh: uint,
    min-wh: uint,
    price: uint,
    nonce: uint,
    expiry: uint,
  },
  offer-signature: (buff 65),
  bid: {
    maker: principal,
    cell: uint,
    wh: uint,
    min-wh: uint,
    price: uint,
    nonce: uint,
    expiry: uint,
  },
  bid-signature: (buff 65),
  wh: uint,
}))
  {
    seller: (get maker (get offer row)),
    buyer: (get maker (get bid row)),
    price: (middle (get price (get offer row)) (get price (get bid row))),
    ref: (+ (get nonce (get offer row)) (* (get nonce (get bid row)) PAIR)),
  }
)

(define-private (trade-row
    (deal {
      seller: principal,
      buyer: principal,
      price: uint,
      ref: uint,
    })
    (households {
      seller: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
      buyer: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
    })
    (limits {
      seller: uint,
      buyer: uint,
    })
    (terms uint)
    (wh uint)
  )
  {
    seller: (get seller deal),
    buyer: (get buyer deal),
    wh: wh,
    ;; A row that is skipped may hold any price.
    cost: (if (is-eq wh u0)
      u0
      (cost-of wh (get price deal))
    ),
    terms: terms,
    ref: (get ref deal),
    seller-limit: (get seller limits),
    buyer-limit: (get buyer limits),
    load-w: (default-to u0 (get load-w (get buyer households))),
    peak-w: (default-to u0 (get peak-w (get seller households))),
  }
)

;; Tells of a trade that was opened, or takes back what was reserved for one that was not. 1 or 0.
(define-private (close-row
    (row {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    })
    (wh uint)
    (id uint)
  )
  (let (
      (offer (get offer row))
      (bid (get bid row))
    )
    (if (> id u0)
      (begin
        (tell-matched id (get maker offer) (get nonce offer) (get maker bid)
          (get nonce bid) wh
        )
        u1
      )
      (if (> wh u0)
        (begin
          (untake (get maker offer) (get nonce offer) wh)
          (untake (get maker bid) (get nonce bid) wh)
          u0
        )
        u0
      )
    )
  )
)

;; A trade between two signed orders.
(define-private (tell-matched
    (trade uint)
    (seller principal)
    (offer-nonce uint)
    (buyer principal)
    (bid-nonce uint)
    (wh uint)
  )
  (begin
    ;; @event signed-matched { trade: uint, seller: principal, offer-nonce: uint, buyer: principal, bid-nonce: uint,
    ;;   wh: uint }
    (print {
      topic: "signed-matched",
      trade: trade,
      seller: seller,
      offer-nonce: offer-nonce,
      buyer: buyer,
      bid-nonce: bid-nonce,
      wh: wh,
    })
    true
  )
)

;; ---------------------------------------------------------------- helpers of match-offer-bids

;; Opens the trades of one seller with many signed bids. `sold` is what they take of it together; the caller books it.
(define-private (sell-to-bids
    (sale {
      seller: principal,
      cell: uint,
      capacity-wh: uint,
      peak-w: uint,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      origin: uint,
      ref: uint,
      left: uint,
      now: uint,
    })
    (rows (list 50 {
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    }))
  )
  (let (
      (now (get now sale))
      (parameters (contract-call? .governance-dao get-parameters))
      (start (start-of (get slot sale)))
    )
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-TRADING) u0)
      ERR-PAUSED
    )
    (asserts! (>= (+ now (get gate-opening parameters)) start) ERR-GATE-NOT-OPEN)
    (asserts! (< (+ now (get gate-closure parameters)) start) ERR-GATE-CLOSED)
    (asserts! (> (len rows) u0) ERR-NOTHING-MATCHED)
    (let (
        (buyers (contract-call? .user-registry get-users (map bidder-of rows)))
        (checked (try! (fold match-bid (map with-buyer rows buyers)
          (ok {
            sale: sale,
            rules: {
              min-wh: (get min-wh parameters),
              price-floor: (get price-floor parameters),
              price-ceiling: (get price-ceiling parameters),
              commission-bps: (get commission-bps parameters),
              grid-bps-cell: (get grid-bps-cell parameters),
              grid-bps-district: (get grid-bps-district parameters),
              grid-bps-far: (get grid-bps-far parameters),
            },
            left: (get left sale),
            row: u0,
            amounts: (list),
            terms: (list),
            costs: (list),
          })
        )))
        (amounts (get amounts checked))
        (fallbacks (get all
          (fold repeat amounts {
            value: (get default-limit-wh parameters),
            all: (list),
          })
        ))
        (limits (contract-call? .reputation-system limits-each
          (append (map buyer-limit-row rows buyers fallbacks) {
            who: (get seller sale),
            capacity-wh: (get capacity-wh sale),
            default-limit-wh: (get default-limit-wh parameters),
          })
        ))
        (ids (get ids
          (try! (contract-call? .trade-escrow open-for-seller {
            seller: (get seller sale),
            slot: (get slot sale),
            pv: (get v parameters),
            now: now,
            origin: (get origin sale),
            seller-limit: (default-to u0 (element-at? limits (len rows))),
            peak-w: (get peak-w sale),
          }
            (map bid-trade-row rows amounts (get costs checked)
              (get terms checked)
              (get all
                (fold repeat amounts {
                  value: (get ref sale),
                  all: (list),
                })
              )
              limits buyers
            )))
        ))
        (closed (fold close-bid (map with-outcome rows amounts ids) {
          seller: (get seller sale),
          origin: (get origin sale),
          ref: (get ref sale),
          left: (get left sale),
          opened: u0,
        }))
        (result {
          slot: (get slot sale),
          rows: (len rows),
          opened: (get opened closed),
          ids: ids,
        })
      )
      (asserts! (> (get opened closed) u0) ERR-NOTHING-MATCHED)
      (print (merge { topic: "batch-matched" } result))
      (ok (merge result { sold: (- (get left sale) (get left closed)) }))
    )
  )
)

(define-private (bidder-of (row {
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    }))
  (get maker (get bid row))
)

(define-private (with-buyer
    (row {
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    })
    (buyer (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }))
  )
  (merge row { buyer: buyer })
)

(define-private (with-outcome
    (row {
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    })
    (amount uint)
    (id uint)
  )
  {
    buyer: (get maker (get bid row)),
    nonce: (get nonce (get bid row)),
    wh: amount,
    id: id,
  }
)

(define-private (buyer-limit-row
    (row {
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    })
    (buyer (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }))
    (default-limit-wh uint)
  )
  {
    who: (get maker (get bid row)),
    capacity-wh: (default-to u0 (get capacity-wh buyer)),
    default-limit-wh: default-limit-wh,
  }
)

(define-private (bid-trade-row
    (row {
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    })
    (wh uint)
    (cost uint)
    (terms uint)
    (ref uint)
    (limit uint)
    (buyer (optional {
      bits: uint,
      cell: uint,
      capacity-wh: uint,
      peak-w: uint,
      nonce-floor: uint,
      meter: uint,
      load-w: uint,
    }))
  )
  {
    buyer: (get maker (get bid row)),
    wh: wh,
    cost: cost,
    terms: terms,
    ref: (+ ref (* (get nonce (get bid row)) PAIR)),
    buyer-limit: limit,
    load-w: (default-to u0 (get load-w buyer)),
  }
)

;; One bid. The lists get its amount, cost and fees, or zeros when it is skipped.
(define-private (match-bid
    (row {
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
      buyer: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
    })
    (state (response {
      sale: {
        seller: principal,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        slot: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        origin: uint,
        ref: uint,
        left: uint,
        now: uint,
      },
      rules: {
        min-wh: uint,
        price-floor: uint,
        price-ceiling: uint,
        commission-bps: uint,
        grid-bps-cell: uint,
        grid-bps-district: uint,
        grid-bps-far: uint,
      },
      left: uint,
      row: uint,
      amounts: (list 50 uint),
      terms: (list 50 uint),
      costs: (list 50 uint),
    }
      uint
    ))
  )
  (let (
      (batch (try! state))
      (at (* (get row batch) ROW))
      (sale (get sale batch))
      (bid (get bid row))
      (wh (get wh row))
    )
    (asserts! (not (is-eq (get seller sale) (get maker bid)))
      (at-row at ERR-SELF-TRADE)
    )
    (asserts!
      (or (is-eq (get origin sale) ORIGIN-BID) (<= (get price sale) (get price bid)))
      (at-row at ERR-NOT-CROSSING)
    )
    (asserts! (< (get nonce bid) PAIR) (at-row at ERR-NONCE))
    (asserts!
      (and (>= wh (get min-wh sale)) (>= wh (get min-wh bid)) (>= wh (get min-wh (get rules batch))))
      (at-row at ERR-TOO-SMALL)
    )
    (asserts! (and (<= wh (get wh sale)) (<= wh (get wh bid)))
      (at-row at ERR-TOO-MUCH)
    )
    (asserts!
      (is-signed-by (get maker bid) (hash-of DOMAIN-BID (get slot sale) bid)
        (get bid-signature row)
      )
      (at-row at ERR-BID-SIGNATURE)
    )
    (let (
        (live (match (check-bid sale bid (get buyer row) wh (get left batch)
          (get rules batch)
        )
          pair (begin
            (take (get maker bid) (get nonce bid) (+ (get taken pair) wh))
            {
              wh: wh,
              cost: (get cost pair),
              terms: (get terms pair),
            }
          )
          code (begin
            (print {
              topic: "row-refused",
              row: (get row batch),
              code: code,
            })
            {
              wh: u0,
              cost: u0,
              terms: u0,
            }
          )
        ))
      )
      (ok (merge batch {
        left: (- (get left batch) (get wh live)),
        row: (+ (get row batch) u1),
        amounts: (default-to (list) (as-max-len? (append (get amounts batch) (get wh live)) u50)),
        terms: (default-to (list) (as-max-len? (append (get terms batch) (get terms live)) u50)),
        costs: (default-to (list) (as-max-len? (append (get costs batch) (get cost live)) u50)),
      }))
    )
  )
)

;; What time, the DAO or others may have made stale about a bid. Gives its cost and fees, and what was taken of it before.
(define-private (check-bid
    (sale {
      seller: principal,
      cell: uint,
      capacity-wh: uint,
      peak-w: uint,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      origin: uint,
      ref: uint,
      left: uint,
      now: uint,
    })
    (bid {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (household (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }))
    (wh uint)
    (left uint)
    (rules {
      min-wh: uint,
      price-floor: uint,
      price-ceiling: uint,
      commission-bps: uint,
      grid-bps-cell: uint,
      grid-bps-district: uint,
      grid-bps-far: uint,
    })
  )
  (let (
      (buyer (try! (check-buyer household)))
      (is-listed (is-eq (get origin sale) ORIGIN-BID))
      (price (if is-listed
        (get price sale)
        (middle (get price sale) (get price bid))
      ))
    )
    ;; A listed price was within the bounds when it was listed, and may have changed since the row was made; any other is signed
    ;; and has to be within the bounds now.
    (if is-listed
      (asserts! (<= price (get price bid)) ERR-NOT-CROSSING)
      (try! (check-price price (get price-floor rules) (get price-ceiling rules)))
    )
    (asserts! (<= wh (get peak-w sale)) ERR-OVER-PEAK)
    (asserts! (<= wh left) ERR-TOO-MUCH)
    (ok {
      taken: (try! (check-live bid wh (get nonce-floor buyer) (get cell buyer) (get now sale))),
      cost: (cost-of wh price),
      terms: (terms-of (get commission-bps rules) (get grid-bps-cell rules)
        (get grid-bps-district rules) (get grid-bps-far rules) (get cell sale)
        (get cell buyer)
      ),
    })
  )
)

;; Tells of a trade that was opened, or takes back what was reserved of the bid for one that was not.
(define-private (close-bid
    (row {
      buyer: principal,
      nonce: uint,
      wh: uint,
      id: uint,
    })
    (sale {
      seller: principal,
      origin: uint,
      ref: uint,
      left: uint,
      opened: uint,
    })
  )
  (if (> (get id row) u0)
    (let ((left (- (get left sale) (get wh row))))
      (if (is-eq (get origin sale) ORIGIN-BID)
        ;; @event listed-matched { trade: uint, offer: uint, seller: principal, buyer: principal, bid-nonce: uint, wh: uint,
        ;;   remaining: uint }
        (begin
          (print {
            topic: "listed-matched",
            trade: (get id row),
            offer: (get ref sale),
            seller: (get seller sale),
            buyer: (get buyer row),
            bid-nonce: (get nonce row),
            wh: (get wh row),
            remaining: left,
          })
          true
        )
        (tell-matched (get id row) (get seller sale) (get ref sale)
          (get buyer row) (get nonce row) (get wh row)
        )
      )
      (merge sale {
        left: left,
        opened: (+ (get opened sale) u1),
      })
    )
    (begin
      (and (> (get wh row) u0) (> (untake (get buyer row) (get nonce row) (get wh row)) u0))
      sale
    )
  )
)

;; ---------------------------------------------------------------- helpers of auctions

;; Who comes first among equal prices must be nobody's choice: a maker can sign as often as it likes, this stays the same.
(define-private (tie-of
    (slot uint)
    (maker principal)
  )
  (buff-to-uint-be (default-to 0x
    (as-max-len?
      (default-to 0x
        (slice? (sha256 (default-to 0x
          (to-consensus-buff? {
            maker: maker,
            slot: slot,
          })
        ))
          u0 TIE-BYTES
        ))
      u16
    )))
)

(define-private (rows-hash (rows (list 50 {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    })))
  (sha256 (default-to 0x (to-consensus-buff? rows)))
)

(define-private (is-better
    (row {
      poster: principal,
      bond: uint,
      posting: uint,
      closes-at: uint,
      ends-at: uint,
      volume: uint,
      welfare: uint,
      ties: uint,
      low: uint,
      high: uint,
      price: uint,
      hash: (buff 32),
    })
    (before (optional {
      poster: principal,
      bond: uint,
      posting: uint,
      closes-at: uint,
      ends-at: uint,
      volume: uint,
      welfare: uint,
      ties: uint,
      low: uint,
      high: uint,
      price: uint,
      hash: (buff 32),
      executed: bool,
    }))
  )
  (match before
    than (let (
        (width (- (get high row) (get low row)))
        (other (- (get high than) (get low than)))
      )
      (if (not (is-eq (get welfare row) (get welfare than)))
        (> (get welfare row) (get welfare than))
        (if (not (is-eq (get volume row) (get volume than)))
          (> (get volume row) (get volume than))
          (if (not (is-eq width other))
            (< width other)
            (< (get ties row) (get ties than))
          )
        )
      )
    )
    true
  )
)

;; The error of a row, with the row in it.
(define-private (in-row
    (at uint)
    (checked (response uint uint))
  )
  (match checked
    value (ok value)
    code (err (+ at code))
  )
)

;; One row of a posting. The lists get the Wh of each order where it is first named, and 0 where it goes on.
(define-private (post-row
    (row {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
      seller: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
      buyer: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
    })
    (state (response {
      rules: {
        slot: uint,
        district: uint,
        ends-at: uint,
        min-wh: uint,
        price-floor: uint,
        price-ceiling: uint,
      },
      row: uint,
      offer: {
        hash: (buff 32),
        price: uint,
        tie: uint,
        wh: uint,
        filled: uint,
      },
      bid: {
        hash: (buff 32),
        price: uint,
        tie: uint,
        wh: uint,
        filled: uint,
      },
      top: uint,
      bottom: uint,
      volume: uint,
      welfare: uint,
      ties: uint,
      offered: (list 50 uint),
      asked: (list 50 uint),
    }
      uint
    ))
  )
  (let (
      (book (try! state))
      (rules (get rules book))
      (slot (get slot rules))
      (at (* (get row book) ROW))
      (offer (get offer row))
      (bid (get bid row))
      (wh (get wh row))
      (offer-hash (hash-of DOMAIN-AUCTION-OFFER slot offer))
      (bid-hash (hash-of DOMAIN-AUCTION-BID slot bid))
      (last-offer-entry (get offer book))
      (last-bid-entry (get bid book))
      (new-offer (not (is-eq offer-hash (get hash last-offer-entry))))
      (new-bid (not (is-eq bid-hash (get hash last-bid-entry))))
      (offer-entry {
        hash: offer-hash,
        price: (get price offer),
        tie: (tie-of slot (get maker offer)),
        wh: (get wh offer),
        filled: (+ wh (if new-offer
          u0
          (get filled last-offer-entry)
        )),
      })
      (bid-entry {
        hash: bid-hash,
        price: (get price bid),
        tie: (tie-of slot (get maker bid)),
        wh: (get wh bid),
        filled: (+ wh (if new-bid
          u0
          (get filled last-bid-entry)
        )),
      })
      (trades (> wh u0))
    )
    (asserts! (or new-offer new-bid) (at-row at ERR-MERIT))
    (asserts!
      (and
        (<= (get filled offer-entry) (get wh offer))
        (<= (get filled bid-entry) (get wh bid))
      )
      (at-row at ERR-TOO-MUCH)
    )
    (asserts! (or (not trades) (<= (get price offer) (get price bid)))
      (at-row at ERR-NOT-CROSSING)
    )
    (asserts!
      (or
        (not new-offer)
        (comes-after last-offer-entry offer-entry
          (< (get price last-offer-entry) (get price offer))
        ))
      (at-row at ERR-MERIT)
    )
    (asserts!
      (or
        (not new-bid)
        (comes-after last-bid-entry bid-entry
          (> (get price last-bid-entry) (get price bid))
        ))
      (at-row at ERR-MERIT)
    )
    (and new-offer (asserts!
      (is-signed-by (get maker offer) offer-hash (get offer-signature row))
      (at-row at ERR-SIGNATURE)
    ))
    (and new-bid (asserts!
      (is-signed-by (get maker bid) bid-hash (get bid-signature row))
      (at-row at ERR-BID-SIGNATURE)
    ))
    (and new-offer (is-eq u0 (try! (in-row at (check-auction-offer offer (get seller row) rules)))))
    (and new-bid (is-eq u0 (try! (in-row at (check-auction-bid bid (get buyer row) rules)))))
    (ok (merge book {
      row: (+ (get row book) u1),
      offer: offer-entry,
      bid: bid-entry,
      top: (if trades
        (get price offer)
        (get top book)
      ),
      bottom: (if trades
        (get price bid)
        (get bottom book)
      ),
      volume: (+ (get volume book) wh),
      welfare: (+ (get welfare book)
        (if trades
          (* wh (- (get price bid) (get price offer)))
          u0
        )),
      ties: (+ (get ties book)
        (* wh (+ (get tie offer-entry) (get tie bid-entry)))
      ),
      offered: (default-to (list)
        (as-max-len?
          (append (get offered book) (if new-offer
            (get wh offer)
            u0
          ))
          u50
        )),
      asked: (default-to (list)
        (as-max-len?
          (append (get asked book) (if new-bid
            (get wh bid)
            u0
          ))
          u50
        )),
    }))
  )
)

;; Whether an order may follow another of its side: that one is filled, and comes before it. `behind`: by its price.
(define-private (comes-after
    (last {
      hash: (buff 32),
      price: uint,
      tie: uint,
      wh: uint,
      filled: uint,
    })
    (entry {
      hash: (buff 32),
      price: uint,
      tie: uint,
      wh: uint,
      filled: uint,
    })
    (behind bool)
  )
  (and
    (is-eq (get filled last) (get wh last))
    (or
      behind
      (and
        (is-eq (get price last) (get price entry))
        (< (get tie last) (get tie entry))
      )
    )
  )
)

(define-private (check-auction-offer
    (offer {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (household (optional {
      bits: uint,
      cell: uint,
      capacity-wh: uint,
      peak-w: uint,
      nonce-floor: uint,
      meter: uint,
      load-w: uint,
    }))
    (rules {
      slot: uint,
      district: uint,
      ends-at: uint,
      min-wh: uint,
      price-floor: uint,
      price-ceiling: uint,
    })
  )
  (let ((row (try! (check-seller household))))
    (asserts! (<= (get wh offer) (get peak-w row)) ERR-OVER-PEAK)
    (check-auction-order offer (get cell row) (get nonce-floor row) rules)
  )
)

(define-private (check-auction-bid
    (bid {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (household (optional {
      bits: uint,
      cell: uint,
      capacity-wh: uint,
      peak-w: uint,
      nonce-floor: uint,
      meter: uint,
      load-w: uint,
    }))
    (rules {
      slot: uint,
      district: uint,
      ends-at: uint,
      min-wh: uint,
      price-floor: uint,
      price-ceiling: uint,
    })
  )
  (let ((row (try! (check-buyer household))))
    (asserts! (< (get wh bid) PAIR) ERR-TOO-MUCH)
    (check-auction-order bid (get cell row) (get nonce-floor row) rules)
  )
)

;; An order counts in whole, or not at all: nothing of it is taken, and it lives until the gate has closed.
(define-private (check-auction-order
    (order {
      maker: principal,
      cell: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (cell uint)
    (nonce-floor uint)
    (rules {
      slot: uint,
      district: uint,
      ends-at: uint,
      min-wh: uint,
      price-floor: uint,
      price-ceiling: uint,
    })
  )
  (begin
    (asserts! (is-eq (get min-wh order) u1) ERR-NOT-DIVISIBLE)
    (asserts! (>= (get wh order) (get min-wh rules)) ERR-TOO-SMALL)
    (asserts! (< (get nonce order) PAIR) ERR-NONCE)
    (asserts!
      (is-eq (bit-shift-right (get cell order) DISTRICT-SHIFT)
        (get district rules)
      )
      ERR-DISTRICT
    )
    (try! (check-price (get price order) (get price-floor rules)
      (get price-ceiling rules)
    ))
    (check-live order (get wh order) nonce-floor cell (get ends-at rules))
  )
)

(define-private (bid-price-of (row {
  offer: {
    maker: principal,
    cell: uint,
    wh: uint,
    min-wh: uint,
    price: uint,
    nonce: uint,
    expiry: uint,
  },
  offer-signature: (buff 65),
  bid: {
    maker: principal,
    cell: uint,
    wh: uint,
    min-wh: uint,
    price: uint,
    nonce: uint,
    expiry: uint,
  },
  bid-signature: (buff 65),
  wh: uint,
}))
  (get price (get bid row))
)

;; What backs the orders that a row names first.
(define-private (hold-row
    (parties {
      seller: principal,
      buyer: principal,
    })
    (households {
      seller: (optional {
      bits: uint,
      cell: uint,
      capacity-wh: uint,
      peak-w: uint,
      nonce-floor: uint,
      meter: uint,
      load-w: uint,
    }),
      buyer: (optional {
      bits: uint,
      cell: uint,
      capacity-wh: uint,
      peak-w: uint,
      nonce-floor: uint,
      meter: uint,
      load-w: uint,
    }),
    })
    (limits {
      seller: uint,
      buyer: uint,
    })
    (offered uint)
    (asked uint)
    (price uint)
  )
  {
    seller: (get seller parties),
    seller-wh: offered,
    seller-limit: (get seller limits),
    peak-w: (default-to u0 (get peak-w (get seller households))),
    buyer: (get buyer parties),
    buyer-wh: asked,
    buyer-limit: (get buyer limits),
    load-w: (default-to u0 (get load-w (get buyer households))),
    cost: (cost-of asked price),
  }
)

(define-private (auction-deal
    (row {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
    })
    (price uint)
  )
  {
    seller: (get maker (get offer row)),
    buyer: (get maker (get bid row)),
    price: price,
    ref: (+ (get nonce (get offer row)) (* (get nonce (get bid row)) PAIR)),
  }
)

;; One row of execute-auction. The lists get its amount and its fees, or zeros when it is skipped.
(define-private (fill-auction-row
    (row {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
      seller: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
      buyer: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
    })
    (state {
      rules: {
        commission-bps: uint,
        grid-bps-cell: uint,
        grid-bps-district: uint,
      },
      row: uint,
      amounts: (list 50 uint),
      terms: (list 50 uint),
    })
  )
  (let (
      (offer (get offer row))
      (bid (get bid row))
      (rules (get rules state))
      (wh (match (take-pair row)
        taken taken
        code (begin
          (print {
            topic: "row-refused",
            row: (get row state),
            code: code,
          })
          u0
        )
      ))
    )
    (merge state {
      row: (+ (get row state) u1),
      amounts: (default-to (list) (as-max-len? (append (get amounts state) wh) u50)),
      terms: (default-to (list)
        (as-max-len?
          (append (get terms state)
            (terms-of (get commission-bps rules) (get grid-bps-cell rules)
              (get grid-bps-district rules) u0 (get cell offer) (get cell bid)
            ))
          u50
        )),
    })
  )
)

;; Takes a row's Wh of both orders. Neither maker can undo now what it signed, by cancelling, moving, leaving or changing its meter;
;; but no more is ever taken of a nonce than was signed.
(define-private (take-pair (row {
      offer: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      offer-signature: (buff 65),
      bid: {
        maker: principal,
        cell: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      bid-signature: (buff 65),
      wh: uint,
      seller: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
      buyer: (optional {
        bits: uint,
        cell: uint,
        capacity-wh: uint,
        peak-w: uint,
        nonce-floor: uint,
        meter: uint,
        load-w: uint,
      }),
    }))
  (let (
      (wh (get wh row))
      (seller (get maker (get offer row)))
      (buyer (get maker (get bid row)))
      (offer-nonce (get nonce (get offer row)))
      (bid-nonce (get nonce (get bid row)))
      (offer-before (get-filled seller offer-nonce))
      (bid-before (get-filled buyer bid-nonce))
    )
    (asserts!
      (is-eq
        (bit-and (default-to u0 (get bits (get seller row))) BOUND-SELLER-BITS)
        BOUND-SELLER-BITS
      )
      ERR-SELLER-NOT-CERTIFIED
    )
    (asserts!
      (and
        (<= (+ (get wh offer-before) wh) (get wh (get offer row)))
        (<= (+ (get wh bid-before) wh) (get wh (get bid row)))
      )
      ERR-TOO-MUCH
    )
    (and (> wh u0) (map-set filled {
      maker: seller,
      nonce: offer-nonce,
    }
      (merge offer-before { wh: (+ (get wh offer-before) wh) })
    ))
    (and (> wh u0) (map-set filled {
      maker: buyer,
      nonce: bid-nonce,
    }
      (merge bid-before { wh: (+ (get wh bid-before) wh) })
    ))
    (ok wh)
  )
)
