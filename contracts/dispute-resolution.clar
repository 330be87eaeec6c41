;; Title: dispute-resolution
;; Summary: Holds a trade back while one of its parties contests the reported delivery, and always ends.
;; Depends-On: governance-dao, energy-oracle, trade-escrow
;;
;; A party that opens a dispute puts up a bond and says what was delivered. The automatic rule decides: if the operators
;; revise the report that stood when the dispute was opened, the claimant was right and has its bond back; if they let it
;; stand until the slot is final, the bond goes to the treasury. The trade is settled by the final figures in both cases.
;; Energy in Wh, money in microSTX, time in unix seconds.

;; ---------------------------------------------------------------- errors

;; The caller is neither the seller nor the buyer of this trade.
(define-constant ERR-NOT-PARTY (err u7000))
;; A call that takes money must come from the wallet itself, not through another contract.
(define-constant ERR-INDIRECT-CALL (err u7001))
;; The claim is more than the trade was about.
(define-constant ERR-CLAIM (err u7100))
;; There is no trade with this number.
(define-constant ERR-UNKNOWN-TRADE (err u7200))
;; The trade is settled, cancelled or disputed already.
(define-constant ERR-TRADE-NOT-OPEN (err u7201))
;; The slot is final or void: there is nothing left to contest.
(define-constant ERR-SLOT-CLOSED (err u7202))
;; There is no dispute with this number.
(define-constant ERR-UNKNOWN-DISPUTE (err u7203))
;; The dispute has been resolved.
(define-constant ERR-RESOLVED (err u7204))
;; The slot is neither final nor void.
(define-constant ERR-SLOT-OPEN (err u7205))
;; The slot has not ended.
(define-constant ERR-TOO-EARLY (err u7300))
;; The claimant cannot pay the bond.
(define-constant ERR-BOND (err u7400))

;; ---------------------------------------------------------------- constants

(define-constant SLOT-SECONDS u3600)

;; trade-escrow's status of slots and trades.
(define-constant SLOT-IS-OPEN u0)
(define-constant SLOT-IS-VOID u2)
(define-constant TRADE-OPEN u0)
(define-constant TRADE-DISPUTED u6)

(define-constant DISPUTE-OPEN u0)
(define-constant DISPUTE-UPHELD u1)
(define-constant DISPUTE-REJECTED u2)

;; ---------------------------------------------------------------- vars

(define-data-var last-dispute uint u0)
;; Bonds of open disputes, in microSTX: all that this contract holds.
(define-data-var bonds uint u0)

;; ---------------------------------------------------------------- maps

;; claim: Wh that the claimant says were delivered; revision: the report that stood when the dispute was opened, 0 if none.
(define-map disputes
  uint
  {
    trade: uint,
    claimant: principal,
    claim: uint,
    evidence-hash: (buff 32),
    bond: uint,
    revision: uint,
    at: uint,
    status: uint,
  }
)
;; A trade is disputed once at most.
(define-map dispute-of
  uint
  uint
)

;; ---------------------------------------------------------------- read-only

(define-read-only (get-dispute (id uint))
  (map-get? disputes id)
)

(define-read-only (get-dispute-of (trade uint))
  (map-get? dispute-of trade)
)

(define-read-only (get-dispute-count)
  (var-get last-dispute)
)

(define-read-only (get-bonds)
  (var-get bonds)
)

;; ---------------------------------------------------------------- user functions

;; Contests the delivery of a trade, from the slot's end until it is final. By one of its parties, with a bond.
(define-public (open-dispute
    (trade uint)
    (claim uint)
    (evidence-hash (buff 32))
  )
  (let (
      (now stacks-block-time)
      (claimant contract-caller)
      (row (unwrap! (contract-call? .trade-escrow get-trade trade) ERR-UNKNOWN-TRADE))
      (seller (get seller row))
      (slot (get slot row))
      (id (+ (var-get last-dispute) u1))
      (bond (contract-call? .governance-dao get-parameter "dispute-bond"))
      (result {
        id: id,
        trade: trade,
        claimant: claimant,
        claim: claim,
        evidence-hash: evidence-hash,
        bond: bond,
        revision: (revision-of seller slot),
        at: now,
      })
    )
    (asserts! (is-eq tx-sender claimant) ERR-INDIRECT-CALL)
    (asserts! (or (is-eq claimant seller) (is-eq claimant (get buyer row)))
      ERR-NOT-PARTY
    )
    (asserts! (<= claim (get wh row)) ERR-CLAIM)
    (asserts! (is-eq (get status row) TRADE-OPEN) ERR-TRADE-NOT-OPEN)
    (asserts! (>= now (* (+ slot u1) SLOT-SECONDS)) ERR-TOO-EARLY)
    (asserts!
      (is-eq (get status (contract-call? .trade-escrow get-slot seller slot))
        SLOT-IS-OPEN
      )
      ERR-SLOT-CLOSED
    )
    (unwrap! (stx-transfer? bond tx-sender current-contract) ERR-BOND)
    (try! (contract-call? .trade-escrow mark-disputed trade))
    (var-set last-dispute id)
    (var-set bonds (+ (var-get bonds) bond))
    (map-set dispute-of trade id)
    (map-set disputes id {
      trade: trade,
      claimant: claimant,
      claim: claim,
      evidence-hash: evidence-hash,
      bond: bond,
      revision: (get revision result),
      at: now,
      status: DISPUTE-OPEN,
    })
    ;; @event dispute-opened { id: uint, trade: uint, claimant: principal, claim: uint, evidence-hash: (buff 32), bond: uint,
    ;;   revision: uint, at: uint }
    (print (merge { topic: "dispute-opened" } result))
    (ok result)
  )
)

;; Ends a dispute once its slot is final or void. Anybody may call it.
(define-public (resolve-automatic (id uint))
  (let (
      (dispute (unwrap! (map-get? disputes id) ERR-UNKNOWN-DISPUTE))
      (trade (get trade dispute))
      (claimant (get claimant dispute))
      (bond (get bond dispute))
      (row (unwrap! (contract-call? .trade-escrow get-trade trade) ERR-UNKNOWN-TRADE))
      (slot-status (get status
        (contract-call? .trade-escrow get-slot (get seller row) (get slot row))
      ))
      (revision (revision-of (get seller row) (get slot row)))
      ;; The first report revises nothing, so a dispute from before it needs the second.
      (upheld (> revision (if (> (get revision dispute) u0)
        (get revision dispute)
        u1
      )))
      ;; Where the oracle stayed silent there was no figure to be right or wrong about.
      (bond-returned (or upheld (is-eq slot-status SLOT-IS-VOID)))
      (result {
        id: id,
        trade: trade,
        upheld: upheld,
        revision: revision,
        bond-returned: bond-returned,
      })
    )
    (asserts! (is-eq (get status dispute) DISPUTE-OPEN) ERR-RESOLVED)
    (asserts! (not (is-eq slot-status SLOT-IS-OPEN)) ERR-SLOT-OPEN)
    (map-set disputes id
      (merge dispute { status: (if upheld
        DISPUTE-UPHELD
        DISPUTE-REJECTED
      ) })
    )
    (var-set bonds (- (var-get bonds) bond))
    (try! (as-contract? ((with-stx bond))
      (try! (stx-transfer? bond tx-sender (if bond-returned
        claimant
        .governance-dao
      )))
    ))
    ;; Long after the slot anybody may settle a disputed trade in escrow; then only the bond is left to decide.
    (if (is-eq (get status row) TRADE-DISPUTED)
      (begin
        (try! (contract-call? .trade-escrow resolve-trade trade))
        true
      )
      false
    )
    ;; @event dispute-resolved { id: uint, trade: uint, upheld: bool, revision: uint, bond-returned: bool }
    (print (merge { topic: "dispute-resolved" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- helpers

(define-private (revision-of
    (seller principal)
    (slot uint)
  )
  (default-to u0
    (get revision (contract-call? .energy-oracle get-report seller slot))
  )
)
