;; Title: trade-escrow
;; Summary: Holds the buyer's money and the metered energy of every trade until both are handed over, or given back.
;; Depends-On: sip-010-trait, governance-dao, energy-token, reputation-system, energy-oracle
;;
;; The only contract that writes while a trade is made: promises of a slot, use of the trade limits and money are all here.
;; A trade keeps the version of the parameters and the fees of its time. Settling credits accounts; `payout` empties them
;; to their owners, on anybody's call. Nothing that leads out of this contract can be paused.
;; A trade is paid in STX, or in an asset that the DAO has allowed: that one then comes out of the buyer's vault of it, so no path
;; of a trade ever calls a token that somebody else chose.
;; Energy in Wh, money in microSTX or base units of the asset, time in unix seconds, slot = floor(time / 3600).

(use-trait asset-trait .sip-010-trait.sip-010-trait)

;; ---------------------------------------------------------------- errors

;; The caller is neither the DAO nor the proposal that it executes.
(define-constant ERR-NOT-DAO (err u4000))
;; The caller is not the contract that holds this role.
(define-constant ERR-NOT-PEER (err u4001))
;; The caller is not the buyer of this trade.
(define-constant ERR-NOT-BUYER (err u4002))
;; A call that takes money must come from the wallet itself, not through another contract.
(define-constant ERR-INDIRECT-CALL (err u4003))
;; The amount is zero.
(define-constant ERR-ZERO-AMOUNT (err u4100))
;; Nobody can trade with itself.
(define-constant ERR-SELF-TRADE (err u4101))
;; The fees are above the limits fixed in this contract.
(define-constant ERR-FEES-TOO-HIGH (err u4102))
;; Trades must be listed in strictly increasing order.
(define-constant ERR-ORDER (err u4103))
;; The trade belongs to another seller or slot.
(define-constant ERR-WRONG-SLOT (err u4104))
;; There is no role of this name here.
(define-constant ERR-UNKNOWN-ROLE (err u4105))
;; Trades of this origin are paid from elsewhere.
(define-constant ERR-ORIGIN (err u4106))
;; Trades cannot be paid in this asset (any more).
(define-constant ERR-ASSET (err u4107))
;; The code of this contract is not what was decided on.
(define-constant ERR-ASSET-HASH (err u4108))
;; The lowest price must be above zero and at most the highest.
(define-constant ERR-ASSET-BOUNDS (err u4109))
;; A verdict gives the seller the price of no more than was traded.
(define-constant ERR-VERDICT (err u4110))
;; An auction may hold what backs an order for an hour at most.
(define-constant ERR-HOLD-TERM (err u4111))
;; A household has one order in an auction.
(define-constant ERR-SECOND-ORDER (err u4112))
;; The grid operator's address is of another network: what is sent there is lost. The fees wait until the DAO has named another.
(define-constant ERR-WRONG-NETWORK (err u4113))
;; There is no trade with this number.
(define-constant ERR-UNKNOWN-TRADE (err u4200))
;; The trade is settled, cancelled or disputed.
(define-constant ERR-TRADE-NOT-OPEN (err u4201))
;; The trade is not disputed.
(define-constant ERR-NOT-DISPUTED (err u4202))
;; The slot is final or void already.
(define-constant ERR-SLOT-CLOSED (err u4203))
;; The slot is neither final nor void.
(define-constant ERR-SLOT-OPEN (err u4204))
;; The trade would exceed the seller's limit of 30 days.
(define-constant ERR-SELLER-LIMIT (err u4205))
;; The trade would exceed the buyer's limit of 30 days.
(define-constant ERR-BUYER-LIMIT (err u4206))
;; The seller would promise more than its peak power gives in the slot.
(define-constant ERR-OVER-PEAK (err u4207))
;; None of these trades can be settled (any more).
(define-constant ERR-NOTHING-TO-SETTLE (err u4208))
;; Production has been reported, so the slot cannot be given up.
(define-constant ERR-REPORTED (err u4209))
;; Nothing is promised in this slot.
(define-constant ERR-NOTHING-PROMISED (err u4210))
;; There has never been such a version of the parameters.
(define-constant ERR-UNKNOWN-TERMS (err u4211))
;; Nothing has been reported that could be confirmed.
(define-constant ERR-NOT-REPORTED (err u4212))
;; The buyer would buy more of this slot than a household's connection carries.
(define-constant ERR-BUYER-SLOT (err u4213))
;; The buyer has energy coming in too many slots already.
(define-constant ERR-BUYER-SLOTS (err u4214))
;; An order of this household stands in another auction.
(define-constant ERR-OTHER-AUCTION (err u4215))
;; The slot has begun; what is promised in it is frozen.
(define-constant ERR-SLOT-STARTED (err u4300))
;; The time to cancel is over.
(define-constant ERR-CANCEL-WINDOW (err u4301))
;; The gate of the slot is closed.
(define-constant ERR-GATE-CLOSED (err u4302))
;; The oracle may still report this slot.
(define-constant ERR-TOO-EARLY (err u4303))
;; The seller may not promise anything yet: it failed too often.
(define-constant ERR-SUSPENDED (err u4304))
;; The buyer's wallet cannot pay the total.
(define-constant ERR-FUNDS (err u4400))
;; The vault holds less than that.
(define-constant ERR-VAULT (err u4401))
;; There is nothing to pay out.
(define-constant ERR-NOTHING-DUE (err u4402))
;; The asset has not handed over exactly what was asked.
(define-constant ERR-ASSET-AMOUNT (err u4403))
;; The rest of the vault backs an order in an auction, until the gate of its slot closes at the latest.
(define-constant ERR-HELD (err u4404))

;; ---------------------------------------------------------------- constants

(define-constant BPS u10000)
;; A batch names the row that failed: row x ROW + code.
(define-constant ROW u10000)
(define-constant SLOT-SECONDS u3600)
(define-constant MAX-SLOT u1000000000000)

;; Whatever the DAO decides, a trade never pays more: 10 % commission, 30 % for the wires.
(define-constant MAX-COMMISSION-BPS u1000)
(define-constant MAX-GRID-BPS u3000)

;; The rolling month: 7 buckets of 5 days, the newest first. It never covers less than 30 days.
(define-constant EPOCH-SECONDS u432000)
(define-constant EPOCHS u7)
(define-constant UNUSED (list u0 u0 u0 u0 u0 u0 u0))
;; What a household has bought of a coming slot, in one number: slot x SLOT-FACTOR + Wh.
(define-constant SLOT-FACTOR u18446744073709551616)
(define-constant MAX-SLOTS u32)

;; Trades of these origins and above are paid from the buyer's vault, and a cancelled one goes back there.
(define-constant ORIGIN-VAULT u2)
(define-constant ORIGIN-AUCTION u9)
;; Added to the origin of a trade that is paid in an asset, from the buyer's vault of it.
(define-constant ORIGIN-ASSET u16)

;; An auction holds what backs its orders for an hour at most, whatever the marketplace says: nobody's way out is longer.
(define-constant HOLD-TERM u3600)
;; Up to so many trades are made of one bid, and the price of each is rounded up.
(define-constant MAX-PARTS u50)
(define-constant NOTHING-HELD {
  wh: u0,
  slot-wh: u0,
  amount: u0,
})

;; Why a batch skips a row.
(define-constant CODE-TRADE-NOT-OPEN (unwrap-err-panic ERR-TRADE-NOT-OPEN))

;; A dispute that nobody ended 30 days after the slot no longer holds its trade back.
(define-constant DISPUTE-TERM u2592000)

(define-constant SLOT-IS-OPEN u0)
(define-constant SLOT-IS-FINAL u1)
(define-constant SLOT-IS-VOID u2)

(define-constant TRADE-OPEN u0)
(define-constant TRADE-SETTLED u1)
(define-constant TRADE-PARTIAL u2)
(define-constant TRADE-FAILED u3)
(define-constant TRADE-CANCELLED u4)
(define-constant TRADE-TIMED-OUT u5)
(define-constant TRADE-DISPUTED u6)
(define-constant TRADE-RESOLVED u7)
;; The buyer has confirmed the reported delivery: the money is handed over, the energy waits for the final figures.
(define-constant TRADE-CONFIRMED u8)
;; Only inside resolve-by-verdict, between the money and the energy: no trade is ever left so.
(define-constant TRADE-JUDGED u9)

(define-constant NO-ACCOUNT {
  vault: u0,
  due: u0,
  due-wh: u0,
  epoch: u0,
  used: UNUSED,
  bought: (list),
  hold: none,
  suspended-until: u0,
})
(define-constant NO-ASSET-ACCOUNT {
  vault: u0,
  due: u0,
})
(define-constant NO-POTS {
  treasury: u0,
  grid: u0,
})
(define-constant NO-SLOT {
  promised: u0,
  trades: u0,
  settled: u0,
  handed: u0,
  custody: u0,
  status: SLOT-IS-OPEN,
  curtailed: false,
  lead: u0,
  lead-wh: u0,
})

;; ---------------------------------------------------------------- vars

;; Until the DAO names its peers nobody holds these roles, not even the deployer: this contract never calls itself.
(define-data-var marketplace principal current-contract)
(define-data-var disputes principal current-contract)
(define-data-var grid-operator principal .governance-dao)
(define-data-var last-trade uint u0)
;; Fees earned and not yet swept, in microSTX.
(define-data-var pots
  {
    treasury: uint,
    grid: uint,
  } {
  treasury: u0,
  grid: u0,
})

;; ---------------------------------------------------------------- maps

;; vault: money put in to trade with; due, due-wh: what payout hands over; used: Wh traded in the rolling month up to `epoch`;
;; bought: Wh bought of each slot that had not begun when the household last bought; hold: what backs the household's order in an
;; auction (slot x SLOT-FACTOR + district), and no other trade can have until then.
;; suspended-until: nothing is sold before.
(define-map accounts
  principal
  {
    vault: uint,
    due: uint,
    due-wh: uint,
    epoch: uint,
    used: (list 7 uint),
    bought: (list 32 uint),
    hold: (optional {
      auction: uint,
      posting: uint,
      until: uint,
      wh: uint,
      amount: uint,
    }),
    suspended-until: uint,
  }
)
;; promised: Wh of all live trades; settled: of those, Wh of settled trades; custody: Wh minted for them; handed: Wh credited;
;; lead, lead-wh: the trade of the most Wh, which says whose neighbourhood the seller's reputation comes from; 0 once it is cancelled.
(define-map slots
  {
    seller: principal,
    slot: uint,
  }
  {
    promised: uint,
    trades: uint,
    settled: uint,
    handed: uint,
    custody: uint,
    status: uint,
    curtailed: bool,
    lead: uint,
    lead-wh: uint,
  }
)
;; terms: commission-bps + grid-bps x 10000; pv: version of the parameters; origin and ref: where marketplace has it from
;; (0 listed, 1 signed, from 2 on paid from the vault).
(define-map trades
  uint
  {
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
  }
)

;; What trades may be paid in beside STX: the hash of its code, whether new money and trades are taken, and the bounds of prices in
;; its base units per kWh.
(define-map assets
  principal
  {
    hash: (buff 32),
    open: bool,
    floor: uint,
    ceiling: uint,
  }
)
;; As in `accounts`, for one asset.
(define-map asset-accounts
  {
    who: principal,
    asset: principal,
  }
  {
    vault: uint,
    due: uint,
  }
)
(define-map asset-pots
  principal
  {
    treasury: uint,
    grid: uint,
  }
)
;; The asset of each trade whose origin says that it has one.
(define-map trade-assets
  uint
  principal
)

;; ---------------------------------------------------------------- read-only

(define-read-only (get-asset (asset principal))
  (map-get? assets asset)
)

(define-read-only (get-asset-account
    (who principal)
    (asset principal)
  )
  (default-to NO-ASSET-ACCOUNT
    (map-get? asset-accounts {
      who: who,
      asset: asset,
    })
  )
)

(define-read-only (get-asset-pots (asset principal))
  (default-to NO-POTS (map-get? asset-pots asset))
)

;; none: the trade is paid in STX.
(define-read-only (get-trade-asset (id uint))
  (map-get? trade-assets id)
)

(define-read-only (get-account (who principal))
  (default-to NO-ACCOUNT (map-get? accounts who))
)

;; Wh that count against the household's trade limit now.
(define-read-only (get-used (who principal))
  (fold + (get used (roll (get-account who) (/ stacks-block-time EPOCH-SECONDS))) u0)
)

(define-read-only (get-slot
    (seller principal)
    (slot uint)
  )
  (default-to NO-SLOT
    (map-get? slots {
      seller: seller,
      slot: slot,
    })
  )
)

(define-read-only (get-trade (id uint))
  (map-get? trades id)
)

(define-read-only (get-trade-count)
  (var-get last-trade)
)

(define-read-only (get-pots)
  (var-get pots)
)

(define-read-only (get-grid-operator)
  (var-get grid-operator)
)

(define-read-only (get-peer (role (string-ascii 20)))
  (if (is-eq role "marketplace")
    (some (var-get marketplace))
    (if (is-eq role "dispute-resolution")
      (some (var-get disputes))
      none
    )
  )
)

;; What has been delivered for a trade. `verified` once the oracle's figures are final.
(define-read-only (verify-energy-transfer (id uint))
  (match (map-get? trades id)
    trade (let ((row (get-slot (get seller trade) (get slot trade))))
      (some {
        seller: (get seller trade),
        buyer: (get buyer trade),
        slot: (get slot trade),
        wh: (get wh trade),
        delivered: (if (is-eq (get status trade) TRADE-CANCELLED)
          u0
          (share (get wh trade) row)
        ),
        verified: (is-eq (get status row) SLOT-IS-FINAL),
        status: (get status trade),
      })
    )
    none
  )
)

;; What the buyer pays at most, and has locked: the cost and both fees on top.
(define-read-only (get-total
    (cost uint)
    (terms uint)
  )
  (let (
      (fee (/ (* cost (mod terms BPS)) BPS))
      (grid (/ (* cost (/ terms BPS)) BPS))
    )
    {
      fee: fee,
      grid: grid,
      total: (+ cost fee grid),
    }
  )
)

;; ---------------------------------------------------------------- checks

(define-private (check-dao)
  (ok (asserts! (contract-call? .governance-dao is-dao-call contract-caller)
    ERR-NOT-DAO
  ))
)

(define-private (check-peer (peer principal))
  (ok (asserts! (is-eq contract-caller peer) ERR-NOT-PEER))
)

;; ---------------------------------------------------------------- user functions

;; Puts microSTX into the caller's vault.
(define-public (deposit (amount uint))
  (let ((account (get-account contract-caller)))
    (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL)
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (unwrap! (stx-transfer? amount tx-sender current-contract) ERR-FUNDS)
    (let (
        (vault (+ (get vault account) amount))
        (result {
          who: contract-caller,
          amount: amount,
          vault: vault,
        })
      )
      (map-set accounts contract-caller (merge account { vault: vault }))
      ;; @event deposited { who: principal, amount: uint, vault: uint }
      (print (merge { topic: "deposited" } result))
      (ok result)
    )
  )
)

;; Takes microSTX out of the caller's vault. What backs its order in an auction stays until the gate of that slot has closed.
(define-public (withdraw (amount uint))
  (let (
      (owner contract-caller)
      (account (get-account owner))
      (held (get amount (held-of account u0 ORIGIN-VAULT stacks-block-time)))
    )
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (asserts! (<= amount (get vault account)) ERR-VAULT)
    (asserts! (<= (+ amount held) (get vault account)) ERR-HELD)
    (let (
        (vault (- (get vault account) amount))
        (result {
          who: owner,
          amount: amount,
          vault: vault,
        })
      )
      (map-set accounts owner (merge account { vault: vault }))
      (try! (as-contract? ((with-stx amount))
        (try! (stx-transfer? amount tx-sender owner))
      ))
      ;; @event withdrawn { who: principal, amount: uint, vault: uint }
      (print (merge { topic: "withdrawn" } result))
      (ok result)
    )
  )
)

;; Hands a household the money and the energy that it has earned. Anybody may call it; it goes to nobody else.
(define-public (payout (who principal))
  (let (
      (account (get-account who))
      (due (get due account))
      (due-wh (get due-wh account))
      (result {
        who: who,
        due: due,
        due-wh: due-wh,
      })
    )
    (asserts! (or (> due u0) (> due-wh u0)) ERR-NOTHING-DUE)
    (map-set accounts who
      (merge account {
        due: u0,
        due-wh: u0,
      })
    )
    (try! (as-contract? ((with-stx due) (with-ft .energy-token "kwh" due-wh))
      (and (> due u0) (try! (stx-transfer? due tx-sender who)))
      (and (> due-wh u0) (try! (contract-call? .energy-token transfer due-wh tx-sender who none)))
    ))
    ;; @event paid-out { who: principal, due: uint, due-wh: uint }
    (print (merge { topic: "paid-out" } result))
    (ok result)
  )
)

;; Puts an allowed asset into the caller's vault of it.
(define-public (deposit-asset
    (asset <asset-trait>)
    (amount uint)
  )
  (let (
      (token (contract-of asset))
      (entry (unwrap! (map-get? assets token) ERR-ASSET))
    )
    (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL)
    (asserts! (get open entry) ERR-ASSET)
    (asserts! (is-eq (contract-hash? token) (ok (get hash entry))) ERR-ASSET-HASH)
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (let ((before (unwrap! (contract-call? asset get-balance current-contract) ERR-FUNDS)))
      (unwrap! (contract-call? asset transfer amount contract-caller current-contract none)
        ERR-FUNDS
      )
      ;; An asset that keeps a part for itself would make the vaults more than what is there.
      (asserts!
        (is-eq
          (unwrap! (contract-call? asset get-balance current-contract) ERR-FUNDS)
          (+ before amount)
        )
        ERR-ASSET-AMOUNT
      )
    )
    ;; Read only now: the asset's code may have called this contract meanwhile, such as to settle a trade.
    (let (
        (account (get-asset-account contract-caller token))
        (vault (+ (get vault account) amount))
        (result {
          who: contract-caller,
          asset: token,
          amount: amount,
          vault: vault,
        })
      )
      (map-set asset-accounts {
        who: contract-caller,
        asset: token,
      }
        (merge account { vault: vault })
      )
      ;; @event asset-deposited { who: principal, asset: principal, amount: uint, vault: uint }
      (print (merge { topic: "asset-deposited" } result))
      (ok result)
    )
  )
)

;; Takes an asset out of the caller's vault of it, whether it is still allowed or not.
(define-public (withdraw-asset
    (asset <asset-trait>)
    (amount uint)
  )
  (let (
      (owner contract-caller)
      (token (contract-of asset))
      (account (get-asset-account owner token))
    )
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (asserts! (<= amount (get vault account)) ERR-VAULT)
    (let (
        (vault (- (get vault account) amount))
        (result {
          who: owner,
          asset: token,
          amount: amount,
          vault: vault,
        })
      )
      (map-set asset-accounts {
        who: owner,
        asset: token,
      }
        (merge account { vault: vault })
      )
      (try! (send-asset asset amount owner))
      ;; @event asset-withdrawn { who: principal, asset: principal, amount: uint, vault: uint }
      (print (merge { topic: "asset-withdrawn" } result))
      (ok result)
    )
  )
)

;; Hands a household what it has earned in an asset. Anybody may call it; it goes to nobody else.
(define-public (payout-asset
    (asset <asset-trait>)
    (who principal)
  )
  (let (
      (token (contract-of asset))
      (account (get-asset-account who token))
      (due (get due account))
      (result {
        who: who,
        asset: token,
        due: due,
      })
    )
    (asserts! (> due u0) ERR-NOTHING-DUE)
    (map-set asset-accounts {
      who: who,
      asset: token,
    }
      (merge account { due: u0 })
    )
    (try! (send-asset asset due who))
    ;; @event asset-paid-out { who: principal, asset: principal, due: uint }
    (print (merge { topic: "asset-paid-out" } result))
    (ok result)
  )
)

;; Sends the fees earned in an asset to the DAO's treasury and to the grid operator. Anybody may call it.
(define-public (sweep-asset-fees (asset <asset-trait>))
  (let (
      (token (contract-of asset))
      (pot (get-asset-pots token))
      (treasury (get treasury pot))
      (grid (get grid pot))
      (operator (var-get grid-operator))
      (result (merge pot { asset: token }))
    )
    (asserts! (or (> treasury u0) (> grid u0)) ERR-NOTHING-DUE)
    (asserts! (is-standard operator) ERR-WRONG-NETWORK)
    (map-set asset-pots token NO-POTS)
    (and (> treasury u0) (try! (send-asset asset treasury .governance-dao)))
    (and (> grid u0) (try! (send-asset asset grid operator)))
    ;; @event asset-fees-swept { asset: principal, treasury: uint, grid: uint }
    (print (merge { topic: "asset-fees-swept" } result))
    (ok result)
  )
)

;; Ends a trade inside the cancel window, at the price of some of the buyer's reputation. All money goes back at once, to the
;; wallet or to the vault that it came from.
(define-public (cancel (id uint))
  (cancel-trade id contract-caller)
)

;; Hands the money of a trade over at once, by the report that stands now, because its buyer agrees with it. The energy follows
;; when the slot is final. By the buyer, who thereby gives up its right to a correction.
(define-public (confirm-receipt (id uint))
  (let (
      (trade (unwrap! (map-get? trades id) ERR-UNKNOWN-TRADE))
      (seller (get seller trade))
      (slot (get slot trade))
      (row (get-slot seller slot))
    )
    (asserts! (is-eq contract-caller (get buyer trade)) ERR-NOT-BUYER)
    (asserts! (is-eq (get status trade) TRADE-OPEN) ERR-TRADE-NOT-OPEN)
    (asserts! (is-eq (get status row) SLOT-IS-OPEN) ERR-SLOT-CLOSED)
    (let (
        (report (unwrap! (contract-call? .energy-oracle get-report seller slot)
          ERR-NOT-REPORTED
        ))
        (export-wh (get export-wh report))
        (promised (get promised row))
        (figures (split {
          wh: (get wh trade),
          cost: (get cost trade),
          locked: (get locked trade),
          terms: (get terms trade),
          status: TRADE-OPEN,
        }
          (share (get wh trade)
            (merge row { custody: (if (< export-wh promised)
              export-wh
              promised
            ) })
          )
          false
        ))
        (seller-row (get-account seller))
        (buyer-row (get-account contract-caller))
        (pot (var-get pots))
        (result {
          id: id,
          seller: seller,
          buyer: contract-caller,
          slot: slot,
          revision: (get revision report),
          delivered: (get delivered figures),
          paid: (get paid figures),
          fee: (get fee figures),
          grid: (get grid figures),
          refund: (get refund figures),
        })
      )
      (map-set trades id (merge trade { status: TRADE-CONFIRMED }))
      (if (>= (get origin trade) ORIGIN-ASSET)
        (credit-asset id seller contract-caller figures)
        (begin
          (map-set accounts seller
            (merge seller-row { due: (+ (get due seller-row) (get paid figures)) })
          )
          (map-set accounts contract-caller
            (merge buyer-row { due: (+ (get due buyer-row) (get refund figures)) })
          )
          (var-set pots {
            treasury: (+ (get treasury pot) (get fee figures)),
            grid: (+ (get grid pot) (get grid figures)),
          })
        )
      )
      ;; @event trade-confirmed { id: uint, seller: principal, buyer: principal, slot: uint, revision: uint, delivered: uint,
      ;;   paid: uint, fee: uint, grid: uint, refund: uint }
      (print (merge { topic: "trade-confirmed" } result))
      (ok result)
    )
  )
)

;; Makes a slot final with the oracle's figures: the promised energy is minted into custody, the surplus to the producer.
(define-public (finalize
    (seller principal)
    (slot uint)
  )
  (let (
      (row (get-slot seller slot))
      (promised (get promised row))
    )
    (asserts! (is-eq (get status row) SLOT-IS-OPEN) ERR-SLOT-CLOSED)
    (let (
        (report (try! (contract-call? .energy-oracle close-report seller slot promised
          current-contract
        )))
        (result {
          seller: seller,
          slot: slot,
          export-wh: (get export-wh report),
          promised: promised,
          custody: (get custody report),
          surplus: (get surplus report),
          revision: (get revision report),
        })
      )
      (map-set slots {
        seller: seller,
        slot: slot,
      }
        (merge row {
          custody: (get custody report),
          status: SLOT-IS-FINAL,
          curtailed: (get curtailed report),
        })
      )
      (if (> promised u0)
        (match (contract-call? .reputation-system record-delivery seller slot
          (get custody report) promised (lead-buyer (get lead row))
          (get curtailed report)
        )
          done (suspend seller (get suspended-until done))
          code (tell-refused seller slot code)
        )
        false
      )
      ;; @event slot-final { seller: principal, slot: uint, export-wh: uint, promised: uint, custody: uint, surplus: uint,
      ;;   revision: uint }
      (print (merge { topic: "slot-final" } result))
      (ok result)
    )
  )
)

;; Gives a slot up for which the oracle stayed silent, or whose report can never become final because the DAO has replaced a
;; contract meanwhile; its trades can then be settled, which refunds them whole.
(define-public (void-slot
    (seller principal)
    (slot uint)
  )
  (let (
      (now stacks-block-time)
      (row (get-slot seller slot))
      (result {
        seller: seller,
        slot: slot,
        promised: (get promised row),
      })
    )
    (asserts! (is-eq (get status row) SLOT-IS-OPEN) ERR-SLOT-CLOSED)
    (asserts! (> (get promised row) u0) ERR-NOTHING-PROMISED)
    (asserts!
      (>= now
        (+ (slot-end slot) (get timeout (contract-call? .governance-dao get-parameters)))
      )
      ERR-TOO-EARLY
    )
    (asserts!
      (match (contract-call? .energy-oracle get-report seller slot)
        report (and
          (>= now (get closes-at report))
          ;; If this goes well, all of it is undone: the slot is to be made final, not given up.
          (match (contract-call? .energy-oracle close-report seller slot
            (get promised row) current-contract
          )
            done
            false
            code
            true
          )
        )
        true
      )
      ERR-REPORTED
    )
    (map-set slots {
      seller: seller,
      slot: slot,
    }
      (merge row { status: SLOT-IS-VOID })
    )
    ;; @event slot-void { seller: principal, slot: uint, promised: uint }
    (print (merge { topic: "slot-void" } result))
    (ok result)
  )
)

;; Settles one trade of a final or void slot.
(define-public (settle (id uint))
  (let (
      (trade (unwrap! (map-get? trades id) ERR-UNKNOWN-TRADE))
      (late (is-dispute-late (get slot trade) stacks-block-time))
    )
    (asserts! (is-settleable (get status trade) late) ERR-TRADE-NOT-OPEN)
    (settle-one id trade late)
  )
)

;; Settles up to 50 trades of a final or void slot. Trades that have been settled meanwhile, or are disputed, are skipped.
(define-public (settle-slot
    (seller principal)
    (slot uint)
    (ids (list 50 uint))
  )
  (settle-many seller slot ids (is-dispute-late slot stacks-block-time))
)

;; Sends the fees earned so far to the DAO's treasury and to the grid operator. Anybody may call it.
(define-public (sweep-fees)
  (let (
      (result (var-get pots))
      (treasury (get treasury result))
      (grid (get grid result))
      (operator (var-get grid-operator))
    )
    (asserts! (or (> treasury u0) (> grid u0)) ERR-NOTHING-DUE)
    (asserts! (is-standard operator) ERR-WRONG-NETWORK)
    (var-set pots {
      treasury: u0,
      grid: u0,
    })
    (try! (as-contract? ((with-stx (+ treasury grid)))
      (and (> treasury u0) (try! (stx-transfer? treasury tx-sender .governance-dao)))
      (and (> grid u0) (try! (stx-transfer? grid tx-sender operator)))
    ))
    ;; @event fees-swept { treasury: uint, grid: uint }
    (print (merge { topic: "fees-swept" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- role functions

;; Opens a trade that the buyer pays from its wallet. Role marketplace, which has checked all but money, limits and promises.
(define-public (open-direct
    (row {
      seller: principal,
      buyer: principal,
      wh: uint,
      cost: uint,
      slot: uint,
      pv: uint,
      terms: uint,
      origin: uint,
      ref: uint,
      seller-limit: uint,
      buyer-limit: uint,
      load-w: uint,
      peak-w: uint,
    })
    (now uint)
  )
  (begin
    (try! (check-peer (var-get marketplace)))
    (asserts! (is-eq tx-sender (get buyer row)) ERR-INDIRECT-CALL)
    (asserts! (< (get origin row) ORIGIN-VAULT) ERR-ORIGIN)
    (let ((id (+ (var-get last-trade) u1)))
      (var-set last-trade id)
      (open-row row id now (slot-limit))
    )
  )
)

;; Opens a trade that is paid from the buyer's vault, by the buyer's request or signature. Role marketplace.
(define-public (open-from-vault
    (row {
      seller: principal,
      buyer: principal,
      wh: uint,
      cost: uint,
      slot: uint,
      pv: uint,
      terms: uint,
      origin: uint,
      ref: uint,
      seller-limit: uint,
      buyer-limit: uint,
      load-w: uint,
      peak-w: uint,
    })
    (now uint)
  )
  (begin
    (try! (check-peer (var-get marketplace)))
    (asserts!
      (and (>= (get origin row) ORIGIN-VAULT) (< (get origin row) ORIGIN-ASSET))
      ERR-ORIGIN
    )
    (let ((id (+ (var-get last-trade) u1)))
      (var-set last-trade id)
      (open-row row id now (slot-limit))
    )
  )
)

;; Opens a trade that is paid from the buyer's vault of an asset. Role marketplace.
(define-public (open-in-asset
    (row {
      seller: principal,
      buyer: principal,
      wh: uint,
      cost: uint,
      slot: uint,
      pv: uint,
      terms: uint,
      origin: uint,
      ref: uint,
      seller-limit: uint,
      buyer-limit: uint,
      load-w: uint,
      peak-w: uint,
    })
    (now uint)
    (asset principal)
  )
  (begin
    (try! (check-peer (var-get marketplace)))
    (asserts! (>= (get origin row) ORIGIN-ASSET) ERR-ORIGIN)
    (asserts! (get open (unwrap! (map-get? assets asset) ERR-ASSET)) ERR-ASSET)
    (let (
        (id (+ (var-get last-trade) u1))
        (buyer (get buyer row))
        (account (get-asset-account buyer asset))
        (locked (get total (get-total (get cost row) (get terms row))))
      )
      (asserts! (<= locked (get vault account)) ERR-VAULT)
      (var-set last-trade id)
      (map-set trade-assets id asset)
      (map-set asset-accounts {
        who: buyer,
        asset: asset,
      }
        (merge account { vault: (- (get vault account) locked) })
      )
      (let ((result (try! (open-row row id now (slot-limit)))))
        ;; @event trade-asset { id: uint, asset: principal }
        (print {
          topic: "trade-asset",
          id: id,
          asset: asset,
        })
        (ok result)
      )
    )
  )
)

;; Opens up to 50 trades of one slot between signed orders, paid from the buyers' vaults. Rows of 0 Wh have been refused
;; before; rows that cannot be opened (any more) are skipped. Gives the number of each trade, 0 where there is none.
;; Role marketplace.
(define-public (open-many
    (slot uint)
    (pv uint)
    (now uint)
    (origin uint)
    (rows (list 50 {
      seller: principal,
      buyer: principal,
      wh: uint,
      cost: uint,
      terms: uint,
      ref: uint,
      seller-limit: uint,
      buyer-limit: uint,
      load-w: uint,
      peak-w: uint,
    }))
  )
  (begin
    (try! (check-peer (var-get marketplace)))
    (asserts! (and (>= origin ORIGIN-VAULT) (< origin ORIGIN-ASSET)) ERR-ORIGIN)
    (let ((done (fold open-next rows {
        slot: slot,
        pv: pv,
        now: now,
        origin: origin,
        id: (var-get last-trade),
        row: u0,
        limit: (slot-limit),
        ids: (list),
      })))
      (var-set last-trade (get id done))
      (ok { ids: (get ids done) })
    )
  )
)

;; The same for one seller, whose account and slot are read and written once. Role marketplace.
(define-public (open-for-seller
    (common {
      seller: principal,
      slot: uint,
      pv: uint,
      now: uint,
      origin: uint,
      seller-limit: uint,
      peak-w: uint,
    })
    (rows (list 50 {
      buyer: principal,
      wh: uint,
      cost: uint,
      terms: uint,
      ref: uint,
      buyer-limit: uint,
      load-w: uint,
    }))
  )
  (begin
    (try! (check-peer (var-get marketplace)))
    (asserts!
      (and (>= (get origin common) ORIGIN-VAULT) (< (get origin common) ORIGIN-ASSET))
      ERR-ORIGIN
    )
    (let (
        (before (var-get last-trade))
        (seller (roll (get-account (get seller common))
          (/ (get now common) EPOCH-SECONDS)
        ))
        (slot-row (get-slot (get seller common) (get slot common)))
        (held (held-of seller (get slot common) (get origin common) (get now common)))
        (done (begin
          (asserts! (>= (get now common) (get suspended-until seller)) ERR-SUSPENDED)
          (fold open-bid rows {
            common: common,
            used: (+ (fold + (get used seller) u0) (get wh held)),
            promised: (+ (get promised slot-row) (get slot-wh held)),
            wh: u0,
            id: before,
            row: u0,
            limit: (slot-limit),
            ids: (list),
            lead: u0,
            lead-wh: u0,
          })
        ))
        (id (get id done))
      )
      (if (> id before)
        (begin
          (promise (get seller common) seller (get slot common) slot-row
            (get wh done) (- id before) (get lead done) (get lead-wh done)
          )
          (var-set last-trade id)
        )
        false
      )
      (ok { ids: (get ids done) })
    )
  )
)

;; Holds what backs the orders of an auction's posting, until the gate of its slot closes: the energy in both limits, in the
;; seller's peak power and in what the buyer may buy of the slot, and the buyer's money at its own price, all fees included. Any
;; order that cannot be backed fails the whole, as row x ROW + code. Sides of 0 Wh hold nothing. What an earlier posting of the same
;; auction held of the same household is let go. Role marketplace.
(define-public (hold-many
    (auction uint)
    (posting uint)
    (until uint)
    (now uint)
    (terms uint)
    (rows (list 50 {
      seller: principal,
      seller-wh: uint,
      seller-limit: uint,
      peak-w: uint,
      buyer: principal,
      buyer-wh: uint,
      buyer-limit: uint,
      load-w: uint,
      cost: uint,
    }))
  )
  (begin
    (try! (check-peer (var-get marketplace)))
    (asserts! (<= until (+ now HOLD-TERM)) ERR-HOLD-TERM)
    (let ((done (try! (fold hold-row rows
        (ok {
          auction: auction,
          posting: posting,
          until: until,
          now: now,
          terms: terms,
          limit: (slot-limit),
          row: u0,
        })
      ))))
      (ok (get row done))
    )
  )
)

;; The same as `cancel`, for a buyer who called marketplace. Role marketplace.
(define-public (cancel-for
    (id uint)
    (buyer principal)
  )
  (begin
    (try! (check-peer (var-get marketplace)))
    (cancel-trade id buyer)
  )
)

;; Holds a trade back until its dispute ends. Role dispute-resolution.
(define-public (mark-disputed (id uint))
  (let ((result { id: id }))
    (try! (check-peer (var-get disputes)))
    (let ((trade (unwrap! (map-get? trades id) ERR-UNKNOWN-TRADE)))
      (asserts! (is-eq (get status trade) TRADE-OPEN) ERR-TRADE-NOT-OPEN)
      (asserts!
        (is-eq (get status (get-slot (get seller trade) (get slot trade)))
          SLOT-IS-OPEN
        )
        ERR-SLOT-CLOSED
      )
      (map-set trades id (merge trade { status: TRADE-DISPUTED }))
    )
    ;; @event trade-disputed { id: uint }
    (print (merge { topic: "trade-disputed" } result))
    (ok result)
  )
)

;; Settles a disputed trade with the oracle's final figures. Role dispute-resolution.
(define-public (resolve-trade (id uint))
  (begin
    (try! (check-peer (var-get disputes)))
    (let ((trade (unwrap! (map-get? trades id) ERR-UNKNOWN-TRADE)))
      (asserts! (is-eq (get status trade) TRADE-DISPUTED) ERR-NOT-DISPUTED)
      (settle-one id trade true)
    )
  )
)

;; Ends a disputed trade as both sides agreed or jurors decided: the seller is paid for `wh`. Fees and energy follow the meter, so
;; that nobody trades without them by an agreement. Role dispute-resolution.
(define-public (resolve-by-verdict
    (id uint)
    (wh uint)
  )
  (begin
    (try! (check-peer (var-get disputes)))
    (let (
        (trade (unwrap! (map-get? trades id) ERR-UNKNOWN-TRADE))
        (seller (get seller trade))
        (buyer (get buyer trade))
        (row (get-slot seller (get slot trade)))
        (cost (get cost trade))
        (metered (ceil-div (* cost (share (get wh trade) row)) (get wh trade)))
        (due (get-total metered (get terms trade)))
        (fee (get fee due))
        (grid (get grid due))
        (paid (/ (* cost wh) (get wh trade)))
        (seller-row (get-account seller))
        (buyer-row (get-account buyer))
        (pot (var-get pots))
      )
      (asserts! (is-eq (get status trade) TRADE-DISPUTED) ERR-NOT-DISPUTED)
      (asserts! (is-eq (get status row) SLOT-IS-FINAL) ERR-SLOT-OPEN)
      (asserts! (<= wh (get wh trade)) ERR-VERDICT)
      (let ((result {
          id: id,
          seller: seller,
          buyer: buyer,
          slot: (get slot trade),
          wh: wh,
          paid: paid,
          fee: fee,
          grid: grid,
          refund: (- (get locked trade) paid fee grid),
        }))
        (map-set trades id (merge trade { status: TRADE-JUDGED }))
        (if (>= (get origin trade) ORIGIN-ASSET)
          (credit-asset id seller buyer {
            delivered: wh,
            paid: paid,
            fee: fee,
            grid: grid,
            refund: (get refund result),
            status: TRADE-RESOLVED,
          })
          (begin
            (map-set accounts seller
              (merge seller-row { due: (+ (get due seller-row) paid) })
            )
            (map-set accounts buyer
              (merge buyer-row { due: (+ (get due buyer-row) (get refund result)) })
            )
            (var-set pots {
              treasury: (+ (get treasury pot) fee),
              grid: (+ (get grid pot) grid),
            })
          )
        )
        ;; @event trade-judged { id: uint, seller: principal, buyer: principal, slot: uint, wh: uint, paid: uint, fee: uint,
        ;;   grid: uint, refund: uint }
        (print (merge { topic: "trade-judged" } result))
        (try! (settle-many seller (get slot trade) (list id) true))
        (ok result)
      )
    )
  )
)

;; ---------------------------------------------------------------- DAO functions

;; Lets trades be paid in an asset whose code has this hash, at prices within these bounds; or changes the bounds; or with `open`
;; false takes no new money and trades in it. What is there already can always leave.
(define-public (set-asset
    (asset principal)
    (hash (buff 32))
    (open bool)
    (floor uint)
    (ceiling uint)
  )
  (let (
      (row {
        hash: hash,
        open: open,
        floor: floor,
        ceiling: ceiling,
      })
      (result (merge row { asset: asset }))
    )
    (try! (check-dao))
    ;; The energy in custody must never be taken for somebody's money.
    (asserts! (not (is-eq asset .energy-token)) ERR-ASSET)
    (asserts! (is-eq (contract-hash? asset) (ok hash)) ERR-ASSET-HASH)
    (asserts! (and (> floor u0) (<= floor ceiling)) ERR-ASSET-BOUNDS)
    (map-set assets asset row)
    ;; @event asset-changed { asset: principal, hash: (buff 32), open: bool, floor: uint, ceiling: uint }
    (print (merge { topic: "asset-changed" } result))
    (ok result)
  )
)

(define-public (set-grid-operator (who principal))
  (let ((result { operator: who }))
    (try! (check-dao))
    (var-set grid-operator who)
    ;; @event grid-operator-changed { operator: principal }
    (print (merge { topic: "grid-operator-changed" } result))
    (ok result)
  )
)

(define-public (set-peer
    (role (string-ascii 20))
    (who principal)
  )
  (let ((result {
      role: role,
      who: who,
    }))
    (try! (check-dao))
    (asserts! (or (is-eq role "marketplace") (is-eq role "dispute-resolution"))
      ERR-UNKNOWN-ROLE
    )
    (if (is-eq role "marketplace")
      (var-set marketplace who)
      (var-set disputes who)
    )
    ;; @event peer-changed { role: (string-ascii 20), who: principal }
    (print (merge { topic: "peer-changed" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- helpers

;; A transfer that this contract makes in an asset, of exactly this amount.
(define-private (send-asset
    (asset <asset-trait>)
    (amount uint)
    (to principal)
  )
  (as-contract? ((with-ft (contract-of asset) "*" amount))
    (try! (contract-call? asset transfer amount tx-sender to none))
  )
)

;; open-in-asset has noted the asset of each trade that gets here.
(define-private (asset-of (id uint))
  (default-to current-contract (map-get? trade-assets id))
)

;; Gives the buyer's vault back what a cancelled trade had taken of it.
(define-private (return-asset
    (id uint)
    (buyer principal)
    (locked uint)
  )
  (let (
      (asset (asset-of id))
      (account (get-asset-account buyer asset))
    )
    (map-set asset-accounts {
      who: buyer,
      asset: asset,
    }
      (merge account { vault: (+ (get vault account) locked) })
    )
  )
)

;; What a trade in an asset has come to: the seller's pay, the buyer's refund and both fees.
(define-private (credit-asset
    (id uint)
    (seller principal)
    (buyer principal)
    (figures {
      delivered: uint,
      paid: uint,
      fee: uint,
      grid: uint,
      refund: uint,
      status: uint,
    })
  )
  (let (
      (asset (asset-of id))
      (seller-row (get-asset-account seller asset))
      (buyer-row (get-asset-account buyer asset))
      (pot (get-asset-pots asset))
    )
    (map-set asset-accounts {
      who: seller,
      asset: asset,
    }
      (merge seller-row { due: (+ (get due seller-row) (get paid figures)) })
    )
    (map-set asset-accounts {
      who: buyer,
      asset: asset,
    }
      (merge buyer-row { due: (+ (get due buyer-row) (get refund figures)) })
    )
    (map-set asset-pots asset {
      treasury: (+ (get treasury pot) (get fee figures)),
      grid: (+ (get grid pot) (get grid figures)),
    })
  )
)

;; Keeps a household from selling before `until`; where trading reads it anyway. What it has sold stays sold, and what it has can leave.
(define-private (suspend
    (who principal)
    (until uint)
  )
  (let ((account (get-account who)))
    (if (> until (get suspended-until account))
      (begin
        (map-set accounts who (merge account { suspended-until: until }))
        ;; @event selling-suspended { who: principal, until: uint }
        (print {
          topic: "selling-suspended",
          who: who,
          until: until,
        })
        true
      )
      false
    )
  )
)

;; Who bought the most of a slot, if that trade bore a fee: reputation has its price.
(define-private (lead-buyer (lead uint))
  (match (map-get? trades lead)
    trade (if (> (get fee (get-total (get cost trade) (get terms trade))) u0)
      (some (get buyer trade))
      none
    )
    none
  )
)

;; When a slot ends. A number beyond all time stays beyond all time, rather than overflowing.
(define-private (slot-end (slot uint))
  (* (+ (if (< slot MAX-SLOT)
    slot
    MAX-SLOT
  )
    u1
  )
    SLOT-SECONDS
  )
)

(define-private (ceil-div
    (a uint)
    (b uint)
  )
  (/ (+ a (- b u1)) b)
)

;; The account with its month moved on to `epoch`: what is older than the buckets reach is forgotten.
(define-private (roll
    (account {
      vault: uint,
      due: uint,
      due-wh: uint,
      epoch: uint,
      used: (list 7 uint),
      bought: (list 32 uint),
      hold: (optional {
        auction: uint,
        posting: uint,
        until: uint,
        wh: uint,
        amount: uint,
      }),
      suspended-until: uint,
    })
    (epoch uint)
  )
  (let (
      (steps (- epoch (get epoch account)))
      (used (get used account))
    )
    (if (is-eq steps u0)
      account
      (merge account {
        epoch: epoch,
        used: (if (>= steps EPOCHS)
          UNUSED
          (default-to UNUSED
            (as-max-len?
              (concat (default-to UNUSED (slice? UNUSED u0 steps))
                (default-to UNUSED (slice? used u0 (- EPOCHS steps)))
              )
              u7
            ))
        ),
      })
    )
  )
)

;; The used energy with `wh` more, or back, in the bucket that is `age` epochs old.
(define-private (use-more
    (used (list 7 uint))
    (wh uint)
  )
  (default-to used
    (replace-at? used u0 (+ (default-to u0 (element-at? used u0)) wh))
  )
)
(define-private (use-less
    (used (list 7 uint))
    (age uint)
    (wh uint)
  )
  (default-to used
    (replace-at? used age (- (default-to wh (element-at? used age)) wh))
  )
)

;; Wh that a household may buy of one slot if nobody has said what its connection carries.
(define-private (slot-limit)
  (contract-call? .governance-dao get-parameter "buyer-slot-wh")
)

;; What the connection carries in an hour: W x 1 h = Wh.
(define-private (slot-most
    (load-w uint)
    (limit uint)
  )
  (if (is-eq load-w u0)
    limit
    load-w
  )
)

;; What has been bought of `slot`, and the other slots that have not begun: nothing can be bought of the rest any more.
(define-private (load-in
    (bought (list 32 uint))
    (slot uint)
    (now uint)
  )
  (fold sort-load bought {
    slot: slot,
    current: (/ now SLOT-SECONDS),
    wh: u0,
    others: (list),
  })
)
(define-private (sort-load
    (entry uint)
    (load {
      slot: uint,
      current: uint,
      wh: uint,
      others: (list 32 uint),
    })
  )
  (let ((slot (/ entry SLOT-FACTOR)))
    (if (is-eq slot (get slot load))
      (merge load { wh: (mod entry SLOT-FACTOR) })
      (if (> slot (get current load))
        (merge load { others: (default-to (list) (as-max-len? (append (get others load) entry) u32)) })
        load
      )
    )
  )
)
(define-private (with-load
    (load {
      slot: uint,
      current: uint,
      wh: uint,
      others: (list 32 uint),
    })
    (wh uint)
  )
  (if (is-eq wh u0)
    (get others load)
    (default-to (list)
      (as-max-len?
        (append (get others load) (+ (* (get slot load) SLOT-FACTOR) wh))
        u32
      ))
  )
)

;; What an auction holds of an account for now, and how much of that in `slot`. It does not stand in the way of its own trades.
(define-private (held-of
    (account {
      vault: uint,
      due: uint,
      due-wh: uint,
      epoch: uint,
      used: (list 7 uint),
      bought: (list 32 uint),
      hold: (optional {
        auction: uint,
        posting: uint,
        until: uint,
        wh: uint,
        amount: uint,
      }),
      suspended-until: uint,
    })
    (slot uint)
    (origin uint)
    (now uint)
  )
  (match (get hold account)
    hold (let ((of-slot (is-eq (/ (get auction hold) SLOT-FACTOR) slot)))
      (if (or (>= now (get until hold)) (and of-slot (is-eq origin ORIGIN-AUCTION)))
        NOTHING-HELD
        {
          wh: (get wh hold),
          slot-wh: (if of-slot
            (get wh hold)
            u0
          ),
          amount: (get amount hold),
        }
      )
    )
    NOTHING-HELD
  )
)

;; The account when a part of what its auction holds has become a trade.
(define-private (use-hold
    (account {
      vault: uint,
      due: uint,
      due-wh: uint,
      epoch: uint,
      used: (list 7 uint),
      bought: (list 32 uint),
      hold: (optional {
        auction: uint,
        posting: uint,
        until: uint,
        wh: uint,
        amount: uint,
      }),
      suspended-until: uint,
    })
    (slot uint)
    (origin uint)
    (wh uint)
    (amount uint)
  )
  (match (get hold account)
    hold (if (and (is-eq origin ORIGIN-AUCTION) (is-eq (/ (get auction hold) SLOT-FACTOR) slot))
      (merge account { hold: (some (merge hold {
        wh: (less (get wh hold) wh),
        amount: (less (get amount hold) amount),
      })) })
      account
    )
    account
  )
)
(define-private (less
    (a uint)
    (b uint)
  )
  (if (< b a)
    (- a b)
    u0
  )
)

;; One trade with all that it writes.
(define-private (open-row
    (row {
      seller: principal,
      buyer: principal,
      wh: uint,
      cost: uint,
      slot: uint,
      pv: uint,
      terms: uint,
      origin: uint,
      ref: uint,
      seller-limit: uint,
      buyer-limit: uint,
      load-w: uint,
      peak-w: uint,
    })
    (id uint)
    (now uint)
    (limit uint)
  )
  (let (
      (seller (roll (get-account (get seller row)) (/ now EPOCH-SECONDS)))
      (slot-row (get-slot (get seller row) (get slot row)))
      (held (held-of seller (get slot row) (get origin row) now))
      ;; Before the first write: a batch goes on after a row that was refused.
      (result (begin
        (asserts! (>= now (get suspended-until seller)) ERR-SUSPENDED)
        (try! (open-one row id now limit
          (+ (fold + (get used seller) u0) (get wh held))
          (+ (get promised slot-row) (get slot-wh held))
        ))
      ))
    )
    (promise (get seller row)
      (use-hold seller (get slot row) (get origin row) (get wh row) u0)
      (get slot row) slot-row (get wh row) u1 id (get wh row)
    )
    (ok result)
  )
)

;; The seller's side of new trades: use of its limit, and what it has promised in the slot. `lead` is the one of the most Wh.
(define-private (promise
    (seller principal)
    (account {
      vault: uint,
      due: uint,
      due-wh: uint,
      epoch: uint,
      used: (list 7 uint),
      bought: (list 32 uint),
      hold: (optional {
        auction: uint,
        posting: uint,
        until: uint,
        wh: uint,
        amount: uint,
      }),
      suspended-until: uint,
    })
    (slot uint)
    (row {
      promised: uint,
      trades: uint,
      settled: uint,
      handed: uint,
      custody: uint,
      status: uint,
      curtailed: bool,
      lead: uint,
      lead-wh: uint,
    })
    (wh uint)
    (count uint)
    (lead uint)
    (lead-wh uint)
  )
  (begin
    (map-set accounts seller
      (merge account { used: (use-more (get used account) wh) })
    )
    (map-set slots {
      seller: seller,
      slot: slot,
    }
      (merge
        (if (> lead-wh (get lead-wh row))
          (merge row {
            lead: lead,
            lead-wh: lead-wh,
          })
          row
        ) {
        promised: (+ (get promised row) wh),
        trades: (+ (get trades row) count),
      })
    )
  )
)

;; The trade and the buyer's side of it; the seller's is up to the caller. All checks come before the first write, so that a
;; batch may go on after a row that was refused. `used` and `promised` are the seller's before this trade, with what is held.
(define-private (open-one
    (row {
      seller: principal,
      buyer: principal,
      wh: uint,
      cost: uint,
      slot: uint,
      pv: uint,
      terms: uint,
      origin: uint,
      ref: uint,
      seller-limit: uint,
      buyer-limit: uint,
      load-w: uint,
      peak-w: uint,
    })
    (id uint)
    (now uint)
    (limit uint)
    (used uint)
    (promised uint)
  )
  (let (
      (wh (get wh row))
      (cost (get cost row))
      (terms (get terms row))
      (buyer (roll (get-account (get buyer row)) (/ now EPOCH-SECONDS)))
      (locked (get total (get-total cost terms)))
      ;; What is paid in an asset has been taken by open-in-asset.
      (in-asset (>= (get origin row) ORIGIN-ASSET))
      (from-vault (and (>= (get origin row) ORIGIN-VAULT) (not in-asset)))
      (vault (get vault buyer))
      (load (load-in (get bought buyer) (get slot row) now))
      (held (held-of buyer (get slot row) (get origin row) now))
      (result {
        id: id,
        seller: (get seller row),
        buyer: (get buyer row),
        wh: wh,
        cost: cost,
        locked: locked,
        slot: (get slot row),
        pv: (get pv row),
        terms: terms,
        origin: (get origin row),
        ref: (get ref row),
        at: now,
      })
    )
    (asserts! (and (> wh u0) (> cost u0)) ERR-ZERO-AMOUNT)
    (asserts! (not (is-eq (get seller row) (get buyer row))) ERR-SELF-TRADE)
    (asserts!
      (and (<= (mod terms BPS) MAX-COMMISSION-BPS) (<= (/ terms BPS) MAX-GRID-BPS))
      ERR-FEES-TOO-HIGH
    )
    (asserts! (< now (* (get slot row) SLOT-SECONDS)) ERR-SLOT-STARTED)
    (asserts! (<= (+ used wh) (get seller-limit row)) ERR-SELLER-LIMIT)
    (asserts!
      (<= (+ (fold + (get used buyer) u0) (get wh held) wh) (get buyer-limit row))
      ERR-BUYER-LIMIT
    )
    ;; Peak power for an hour: W x 1 h = Wh.
    (asserts! (<= (+ promised wh) (get peak-w row)) ERR-OVER-PEAK)
    (asserts!
      (<= (+ (get wh load) (get slot-wh held) wh)
        (slot-most (get load-w row) limit)
      )
      ERR-BUYER-SLOT
    )
    (asserts! (< (len (get others load)) MAX-SLOTS) ERR-BUYER-SLOTS)
    (if in-asset
      true
      (if from-vault
        (asserts! (<= (+ locked (get amount held)) vault) ERR-VAULT)
        (unwrap! (stx-transfer? locked tx-sender current-contract) ERR-FUNDS)
      )
    )
    (map-set accounts (get buyer row)
      (merge (use-hold buyer (get slot row) (get origin row) wh locked) {
        used: (use-more (get used buyer) wh),
        bought: (with-load load (+ (get wh load) wh)),
        vault: (if from-vault
          (- vault locked)
          vault
        ),
      })
    )
    (map-set trades id {
      seller: (get seller row),
      buyer: (get buyer row),
      wh: wh,
      cost: cost,
      locked: locked,
      slot: (get slot row),
      pv: (get pv row),
      terms: terms,
      origin: (get origin row),
      ref: (get ref row),
      at: now,
      status: TRADE-OPEN,
    })
    ;; @event trade-opened { id: uint, seller: principal, buyer: principal, wh: uint, cost: uint, locked: uint, slot: uint,
    ;;   pv: uint, terms: uint, origin: uint, ref: uint, at: uint }
    (print (merge { topic: "trade-opened" } result))
    (ok result)
  )
)

;; One row of hold-many.
(define-private (hold-row
    (row {
      seller: principal,
      seller-wh: uint,
      seller-limit: uint,
      peak-w: uint,
      buyer: principal,
      buyer-wh: uint,
      buyer-limit: uint,
      load-w: uint,
      cost: uint,
    })
    (state (response {
      auction: uint,
      posting: uint,
      until: uint,
      now: uint,
      terms: uint,
      limit: uint,
      row: uint,
    }
      uint
    ))
  )
  (let ((batch (try! state)))
    (match (hold-pair row batch)
      done (ok (merge batch { row: (+ (get row batch) u1) }))
      code (err (+ (* (get row batch) ROW) code))
    )
  )
)
(define-private (hold-pair
    (row {
      seller: principal,
      seller-wh: uint,
      seller-limit: uint,
      peak-w: uint,
      buyer: principal,
      buyer-wh: uint,
      buyer-limit: uint,
      load-w: uint,
      cost: uint,
    })
    (batch {
      auction: uint,
      posting: uint,
      until: uint,
      now: uint,
      terms: uint,
      limit: uint,
      row: uint,
    })
  )
  (let (
      (wh (get seller-wh row))
      (seller (get seller row))
    )
    (asserts!
      (or
        (is-eq wh u0)
        (<=
          (+ (get promised (get-slot seller (/ (get auction batch) SLOT-FACTOR))) wh)
          (get peak-w row)
        )
      )
      ERR-OVER-PEAK
    )
    (and (> wh u0) (try! (hold-order seller wh u0 (get seller-limit row) u0 batch)))
    (and (> (get buyer-wh row) u0) (try! (hold-order (get buyer row) (get buyer-wh row)
      (get total (get-total (+ (get cost row) MAX-PARTS) (get terms batch)))
      (get buyer-limit row) (get load-w row) batch
    )))
    (ok true)
  )
)

;; One order: an offer holds no money.
(define-private (hold-order
    (who principal)
    (wh uint)
    (amount uint)
    (limit uint)
    (load-w uint)
    (batch {
      auction: uint,
      posting: uint,
      until: uint,
      now: uint,
      terms: uint,
      limit: uint,
      row: uint,
    })
  )
  (let (
      (now (get now batch))
      (auction (get auction batch))
      (account (roll (get-account who) (/ now EPOCH-SECONDS)))
      (load (load-in (get bought account) (/ auction SLOT-FACTOR) now))
      (buys (> amount u0))
      (new {
        auction: auction,
        posting: (get posting batch),
        until: (get until batch),
        wh: wh,
        amount: amount,
      })
      (result (merge new { who: who }))
    )
    (match (get hold account)
      before (if (< now (get until before))
        (begin
          (asserts! (is-eq (get auction before) auction) ERR-OTHER-AUCTION)
          (asserts! (< (get posting before) (get posting batch)) ERR-SECOND-ORDER)
        )
        true
      )
      true
    )
    (asserts! (or buys (>= now (get suspended-until account))) ERR-SUSPENDED)
    (asserts! (<= (+ (fold + (get used account) u0) wh) limit)
      (if buys
        ERR-BUYER-LIMIT
        ERR-SELLER-LIMIT
      ))
    (asserts! (or (not buys) (<= (+ (get wh load) wh) (slot-most load-w (get limit batch))))
      ERR-BUYER-SLOT
    )
    (asserts! (or (not buys) (< (len (get others load)) MAX-SLOTS))
      ERR-BUYER-SLOTS
    )
    (asserts! (<= amount (get vault account)) ERR-VAULT)
    (map-set accounts who (merge account { hold: (some new) }))
    ;; @event held { who: principal, auction: uint, posting: uint, until: uint, wh: uint, amount: uint }
    (print (merge { topic: "held" } result))
    (ok true)
  )
)

;; One row of a batch. A refused row leaves no trace but its event.
(define-private (open-next
    (row {
      seller: principal,
      buyer: principal,
      wh: uint,
      cost: uint,
      terms: uint,
      ref: uint,
      seller-limit: uint,
      buyer-limit: uint,
      load-w: uint,
      peak-w: uint,
    })
    (batch {
      slot: uint,
      pv: uint,
      now: uint,
      origin: uint,
      id: uint,
      row: uint,
      limit: uint,
      ids: (list 50 uint),
    })
  )
  (let (
      (next (+ (get id batch) u1))
      (opened (if (is-eq (get wh row) u0)
        false
        (match (open-row
          (merge row {
            slot: (get slot batch),
            pv: (get pv batch),
            origin: (get origin batch),
          })
          next (get now batch) (get limit batch)
        )
          done
          true
          code (begin
            (print {
              topic: "row-refused",
              row: (get row batch),
              code: code,
            })
            false
          )
        )
      ))
    )
    (merge batch {
      id: (if opened
        next
        (get id batch)
      ),
      row: (+ (get row batch) u1),
      ids: (default-to (get ids batch)
        (as-max-len?
          (append (get ids batch) (if opened
            next
            u0
          ))
          u50
        )),
    })
  )
)

;; One row of open-for-seller.
(define-private (open-bid
    (row {
      buyer: principal,
      wh: uint,
      cost: uint,
      terms: uint,
      ref: uint,
      buyer-limit: uint,
      load-w: uint,
    })
    (batch {
      common: {
        seller: principal,
        slot: uint,
        pv: uint,
        now: uint,
        origin: uint,
        seller-limit: uint,
        peak-w: uint,
      },
      used: uint,
      promised: uint,
      wh: uint,
      id: uint,
      row: uint,
      limit: uint,
      ids: (list 50 uint),
      lead: uint,
      lead-wh: uint,
    })
  )
  (let (
      (common (get common batch))
      (next (+ (get id batch) u1))
      (wh (get wh row))
      (opened (if (is-eq wh u0)
        false
        (match (open-one
          (merge row {
            seller: (get seller common),
            slot: (get slot common),
            pv: (get pv common),
            origin: (get origin common),
            seller-limit: (get seller-limit common),
            peak-w: (get peak-w common),
          })
          next (get now common) (get limit batch) (+ (get used batch) (get wh batch))
          (+ (get promised batch) (get wh batch))
        )
          done
          true
          code (begin
            (print {
              topic: "row-refused",
              row: (get row batch),
              code: code,
            })
            false
          )
        )
      ))
    )
    (merge
      (if (and opened (> wh (get lead-wh batch)))
        (merge batch {
          lead: next,
          lead-wh: wh,
        })
        batch
      ) {
      wh: (if opened
        (+ (get wh batch) wh)
        (get wh batch)
      ),
      id: (if opened
        next
        (get id batch)
      ),
      row: (+ (get row batch) u1),
      ids: (default-to (get ids batch)
        (as-max-len?
          (append (get ids batch) (if opened
            next
            u0
          ))
          u50
        )),
    })
  )
)

;; Undoes a trade: promise and use of both limits are as if it had never been. Its own parameters rule, not today's.
(define-private (cancel-trade
    (id uint)
    (buyer principal)
  )
  (let (
      (now stacks-block-time)
      (trade (unwrap! (map-get? trades id) ERR-UNKNOWN-TRADE))
      (terms (unwrap! (contract-call? .governance-dao get-parameters-at (get pv trade))
        ERR-UNKNOWN-TERMS
      ))
      (wh (get wh trade))
      (locked (get locked trade))
      (in-asset (>= (get origin trade) ORIGIN-ASSET))
      (from-vault (and (>= (get origin trade) ORIGIN-VAULT) (not in-asset)))
      (slot-key {
        seller: (get seller trade),
        slot: (get slot trade),
      })
      (result {
        id: id,
        refund: locked,
        at: now,
      })
    )
    (asserts! (is-eq buyer (get buyer trade)) ERR-NOT-BUYER)
    (asserts! (is-eq (get status trade) TRADE-OPEN) ERR-TRADE-NOT-OPEN)
    (asserts! (<= now (+ (get at trade) (get cancel-window terms)))
      ERR-CANCEL-WINDOW
    )
    (asserts!
      (< (+ now (get gate-closure terms)) (* (get slot trade) SLOT-SECONDS))
      ERR-GATE-CLOSED
    )
    (let (
        (epoch (/ now EPOCH-SECONDS))
        (age (- epoch (/ (get at trade) EPOCH-SECONDS)))
        (slot-row (get-slot (get seller trade) (get slot trade)))
        (seller-row (roll (get-account (get seller trade)) epoch))
        (buyer-row (roll (get-account buyer) epoch))
        (vault (get vault buyer-row))
        (load (load-in (get bought buyer-row) (get slot trade) now))
      )
      (map-set trades id (merge trade { status: TRADE-CANCELLED }))
      (map-set slots slot-key
        (merge
          (if (is-eq id (get lead slot-row))
            (merge slot-row {
              lead: u0,
              lead-wh: u0,
            })
            slot-row
          ) {
          promised: (- (get promised slot-row) wh),
          trades: (- (get trades slot-row) u1),
        })
      )
      (map-set accounts (get seller trade)
        (merge seller-row { used: (use-less (get used seller-row) age wh) })
      )
      (map-set accounts buyer
        (merge buyer-row {
          used: (use-less (get used buyer-row) age wh),
          bought: (with-load load (- (get wh load) wh)),
          vault: (if from-vault
            (+ vault locked)
            vault
          ),
        })
      )
    )
    (if in-asset
      (return-asset id buyer locked)
      (if from-vault
        true
        (try! (as-contract? ((with-stx locked))
          (try! (stx-transfer? locked tx-sender buyer))
        ))
      )
    )
    (match (contract-call? .reputation-system record-cancellation buyer id wh wh)
      done
      true
      code (tell-refused buyer id code)
    )
    ;; @event trade-cancelled { id: uint, refund: uint, at: uint }
    (print (merge { topic: "trade-cancelled" } result))
    (ok result)
  )
)

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

;; Nobody's money or energy waits for its reputation: what that contract refuses is told and not obeyed.
(define-private (tell-refused
    (who principal)
    (ref uint)
    (code uint)
  )
  (begin
    ;; @event reputation-refused { who: principal, ref: uint, code: uint }
    (print {
      topic: "reputation-refused",
      who: who,
      ref: ref,
      code: code,
    })
    false
  )
)

(define-private (is-dispute-late
    (slot uint)
    (now uint)
  )
  (>= now (+ (slot-end slot) DISPUTE-TERM))
)

(define-private (is-settleable
    (status uint)
    (disputed-too bool)
  )
  (or
    (is-eq status TRADE-OPEN)
    (is-eq status TRADE-CONFIRMED)
    (and disputed-too (or (is-eq status TRADE-DISPUTED) (is-eq status TRADE-JUDGED)))
  )
)

;; Wh that a trade of `wh` gets out of the custody of its slot: its part of what was promised, rounded down.
(define-private (share
    (wh uint)
    (row {
      promised: uint,
      trades: uint,
      settled: uint,
      handed: uint,
      custody: uint,
      status: uint,
      curtailed: bool,
      lead: uint,
      lead-wh: uint,
    })
  )
  (if (or (is-eq (get custody row) u0) (is-eq (get promised row) u0))
    u0
    (/ (* wh (get custody row)) (get promised row))
  )
)

;; Splits what is locked. The buyer's cost rounds up and the seller's share down, the difference goes to the treasury;
;; fees are for what was delivered. The money of a confirmed or judged trade has been split before.
(define-private (split
    (trade {
      wh: uint,
      cost: uint,
      locked: uint,
      terms: uint,
      status: uint,
    })
    (delivered uint)
    (is-void bool)
  )
  (let (
      (wh (get wh trade))
      (judged (is-eq (get status trade) TRADE-JUDGED))
      (confirmed (or judged (is-eq (get status trade) TRADE-CONFIRMED)))
      (cost (if confirmed
        u0
        (get cost trade)
      ))
      (locked (if confirmed
        u0
        (get locked trade)
      ))
      (due (ceil-div (* cost delivered) wh))
      (paid (/ (* cost delivered) wh))
      (fee (+ (/ (* due (mod (get terms trade) BPS)) BPS) (- due paid)))
      (grid (/ (* due (/ (get terms trade) BPS)) BPS))
    )
    {
      delivered: delivered,
      paid: paid,
      fee: fee,
      grid: grid,
      refund: (- locked paid fee grid),
      status: (if (or judged (is-eq (get status trade) TRADE-DISPUTED))
        TRADE-RESOLVED
        (if is-void
          TRADE-TIMED-OUT
          (if (is-eq delivered u0)
            TRADE-FAILED
            (if (is-eq delivered wh)
              TRADE-SETTLED
              TRADE-PARTIAL
            )
          )
        )
      ),
    }
  )
)

(define-private (settle-one
    (id uint)
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
    (disputed-too bool)
  )
  (let ((row (get-slot (get seller trade) (get slot trade))))
    (try! (settle-many (get seller trade) (get slot trade) (list id) disputed-too))
    (ok (merge {
      id: id,
      seller: (get seller trade),
      buyer: (get buyer trade),
      slot: (get slot trade),
    }
      (split {
        wh: (get wh trade),
        cost: (get cost trade),
        locked: (get locked trade),
        terms: (get terms trade),
        status: (get status trade),
      }
        (share (get wh trade) row) (is-eq (get status row) SLOT-IS-VOID)
      )))
  )
)

(define-private (settle-many
    (seller principal)
    (slot uint)
    (ids (list 50 uint))
    (disputed-too bool)
  )
  (let (
      (key {
        seller: seller,
        slot: slot,
      })
      (row (get-slot seller slot))
      (is-void (is-eq (get status row) SLOT-IS-VOID))
    )
    (asserts! (not (is-eq (get status row) SLOT-IS-OPEN)) ERR-SLOT-OPEN)
    (let (
        (done (try! (fold settle-row ids
          (ok {
            seller: seller,
            slot: slot,
            slot-row: row,
            is-void: is-void,
            disputed-too: disputed-too,
            last: u0,
            row: u0,
            trades: u0,
            wh: u0,
            handed: u0,
            paid: u0,
            fee: u0,
            grid: u0,
          })
        )))
        (settled (+ (get settled row) (get wh done)))
        (handed (+ (get handed row) (get handed done)))
        ;; Shares were rounded down; with the last trade of the slot the rest goes back to the producer.
        (dust (if (is-eq settled (get promised row))
          (- (get custody row) handed)
          u0
        ))
        (account (get-account seller))
        (pot (var-get pots))
        (result {
          seller: seller,
          slot: slot,
          trades: (get trades done),
          handed: (get handed done),
          paid: (get paid done),
          dust: dust,
        })
      )
      (asserts! (> (get trades done) u0) ERR-NOTHING-TO-SETTLE)
      (map-set slots key
        (merge row {
          settled: settled,
          handed: (+ handed dust),
        })
      )
      (map-set accounts seller
        (merge account {
          due: (+ (get due account) (get paid done)),
          due-wh: (+ (get due-wh account) dust),
        })
      )
      (var-set pots {
        treasury: (+ (get treasury pot) (get fee done)),
        grid: (+ (get grid pot) (get grid done)),
      })
      (if (> dust u0)
        (begin
          ;; @event slot-dust { seller: principal, slot: uint, wh: uint }
          (print {
            topic: "slot-dust",
            seller: seller,
            slot: slot,
            wh: dust,
          })
          true
        )
        false
      )
      (ok result)
    )
  )
)

;; Settles one row. What could never be right ends the batch and names the row; what others were faster with is skipped.
(define-private (settle-row
    (id uint)
    (state (response {
      seller: principal,
      slot: uint,
      slot-row: {
        promised: uint,
        trades: uint,
        settled: uint,
        handed: uint,
        custody: uint,
        status: uint,
        curtailed: bool,
        lead: uint,
        lead-wh: uint,
      },
      is-void: bool,
      disputed-too: bool,
      last: uint,
      row: uint,
      trades: uint,
      wh: uint,
      handed: uint,
      paid: uint,
      fee: uint,
      grid: uint,
    }
      uint
    ))
  )
  (let (
      (batch (try! state))
      (at (* (get row batch) ROW))
      (trade (unwrap! (map-get? trades id) (at-row at ERR-UNKNOWN-TRADE)))
      (next (merge batch {
        last: id,
        row: (+ (get row batch) u1),
      }))
    )
    (asserts! (> id (get last batch)) (at-row at ERR-ORDER))
    (asserts!
      (and (is-eq (get seller trade) (get seller batch)) (is-eq (get slot trade) (get slot batch)))
      (at-row at ERR-WRONG-SLOT)
    )
    (if (is-settleable (get status trade) (get disputed-too batch))
      (let (
          (figures (split {
            wh: (get wh trade),
            cost: (get cost trade),
            locked: (get locked trade),
            terms: (get terms trade),
            status: (get status trade),
          }
            (share (get wh trade) (get slot-row batch)) (get is-void batch)
          ))
          (account (get-account (get buyer trade)))
          (in-asset (>= (get origin trade) ORIGIN-ASSET))
          ;; What counts in microSTX: nothing of a trade that is paid in an asset.
          (money (if in-asset
            {
              paid: u0,
              fee: u0,
              grid: u0,
              refund: u0,
            }
            {
              paid: (get paid figures),
              fee: (get fee figures),
              grid: (get grid figures),
              refund: (get refund figures),
            }
          ))
        )
        (map-set trades id (merge trade { status: (get status figures) }))
        (if in-asset
          (credit-asset id (get seller trade) (get buyer trade) figures)
          true
        )
        (map-set accounts (get buyer trade)
          (merge account {
            due: (+ (get due account) (get refund money)),
            due-wh: (+ (get due-wh account) (get delivered figures)),
          })
        )
        ;; @event trade-settled { id: uint, seller: principal, buyer: principal, slot: uint, delivered: uint, paid: uint,
        ;;   fee: uint, grid: uint, refund: uint, status: uint }
        (print (merge {
          topic: "trade-settled",
          id: id,
          seller: (get seller trade),
          buyer: (get buyer trade),
          slot: (get slot trade),
        }
          figures
        ))
        (ok (merge next {
          trades: (+ (get trades batch) u1),
          wh: (+ (get wh batch) (get wh trade)),
          handed: (+ (get handed batch) (get delivered figures)),
          paid: (+ (get paid batch) (get paid money)),
          fee: (+ (get fee batch) (get fee money)),
          grid: (+ (get grid batch) (get grid money)),
        }))
      )
      (begin
        ;; @event row-refused { row: uint, code: uint }
        (print {
          topic: "row-refused",
          row: (get row batch),
          code: CODE-TRADE-NOT-OPEN,
        })
        (ok next)
      )
    )
  )
)
