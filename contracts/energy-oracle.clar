;; Title: energy-oracle
;; Summary: Metered production of a household in an hour, signed by k of n operators; single readings can be proved.
;; Depends-On: governance-dao, energy-token, reputation-system, user-registry
;;
;; Anybody may hand in a report, only the operators' signatures count (SIP-018, domain with this contract and a purpose).
;; A report may be revised inside a window that starts with the first report and never moves; only then is it closed, by
;; trade-escrow, and only then are tokens minted. Other operators come only after a delay that everybody can see, and stand for
;; what they sign with a stake: whoever proves that one signed two readings of one hour has it slashed and its seat emptied.
;; Energy in Wh, money in microSTX, time in unix seconds, slot = floor(time / 3600).

;; ---------------------------------------------------------------- errors

;; The caller is neither the DAO nor the proposal that it executes.
(define-constant ERR-NOT-DAO (err u5000))
;; The caller is not the contract that holds this role.
(define-constant ERR-NOT-PEER (err u5001))
;; The caller is not the utility.
(define-constant ERR-NOT-UTILITY (err u5002))
;; This principal has no seat as an operator, and never had one.
(define-constant ERR-NOT-OPERATOR (err u5003))
;; The export is more than the certified peak power gives in an hour.
(define-constant ERR-OVER-PEAK (err u5100))
;; The first revision is 1, and each further one is the next number.
(define-constant ERR-REVISION (err u5101))
;; The threshold must be at least 1 and at most the number of operators.
(define-constant ERR-THRESHOLD (err u5102))
;; An operator is listed twice.
(define-constant ERR-DUPLICATE-OPERATOR (err u5103))
;; There is no role of this name here.
(define-constant ERR-UNKNOWN-ROLE (err u5104))
;; A curtailment needs a reason code above zero.
(define-constant ERR-REASON (err u5105))
;; The two reports do not contradict each other: they must be of one household, slot and revision, and differ.
(define-constant ERR-NO-CONTRADICTION (err u5106))
;; No connection that the DAO allows takes so much in an hour.
(define-constant ERR-OVER-LOAD (err u5107))
;; There is no household of this address.
(define-constant ERR-UNKNOWN-HOUSEHOLD (err u5200))
;; The report is final.
(define-constant ERR-FINAL (err u5201))
;; Nothing has been reported for this household and slot.
(define-constant ERR-NO-REPORT (err u5202))
;; None of the rows could be accepted.
(define-constant ERR-NOTHING-ACCEPTED (err u5203))
;; This curtailment is known already.
(define-constant ERR-ALREADY-CURTAILED (err u5204))
;; This contradiction has been proved before.
(define-constant ERR-KNOWN (err u5205))
;; No rotation of operators is waiting.
(define-constant ERR-NO-ROTATION (err u5206))
;; The slot has not ended.
(define-constant ERR-FUTURE (err u5300))
;; The slot ended too long ago.
(define-constant ERR-TOO-OLD (err u5301))
;; The challenge window is over.
(define-constant ERR-WINDOW-CLOSED (err u5302))
;; The challenge window is still open.
(define-constant ERR-WINDOW-OPEN (err u5303))
;; The delay before other operators take over is not over.
(define-constant ERR-ROTATION-DELAY (err u5304))
;; An operator has staked less than its seat asks for.
(define-constant ERR-OPERATOR-STAKE (err u5400))
;; A signature is malformed, has a high S, or is not by the operator at this index.
(define-constant ERR-SIGNATURE (err u5500))
;; Operators must be named in strictly increasing order, so that none counts twice.
(define-constant ERR-SIGNATURE-ORDER (err u5501))
;; Fewer operators have signed than the threshold asks for.
(define-constant ERR-QUORUM (err u5502))

;; ---------------------------------------------------------------- constants

(define-constant SLOT-SECONDS u3600)
(define-constant BPS u10000)

;; SIP-018. Contract and purpose are part of the domain: a signature for one message is worth nothing for any other.
(define-constant PREFIX 0x534950303138)
(define-constant DOMAIN-PRODUCTION (sha256 (unwrap-panic (to-consensus-buff? {
  name: "wattconnect",
  version: "1",
  chain-id: chain-id,
  contract: current-contract,
  purpose: "production",
}))))
(define-constant DOMAIN-PRODUCTIONS (sha256 (unwrap-panic (to-consensus-buff? {
  name: "wattconnect",
  version: "1",
  chain-id: chain-id,
  contract: current-contract,
  purpose: "productions",
}))))
(define-constant DOMAIN-CONSUMPTION (sha256 (unwrap-panic (to-consensus-buff? {
  name: "wattconnect",
  version: "1",
  chain-id: chain-id,
  contract: current-contract,
  purpose: "consumption",
}))))
;; Half of the order of secp256k1: the larger S of the two that sign the same message is refused.
(define-constant MAX-S 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0)

;; ---------------------------------------------------------------- vars

(define-data-var quorum
  {
    operators: (list 9 principal),
    threshold: uint,
  } {
  operators: (list),
  threshold: u1,
})
;; Those who take over, when anybody calls rotate-operators at `from` or later.
(define-data-var rotation
  (optional {
    operators: (list 9 principal),
    threshold: uint,
    from: uint,
  })
  none
)
;; Until the DAO names its peer nobody holds this role, not even the deployer: this contract never calls itself.
(define-data-var escrow principal current-contract)
(define-data-var utility (optional principal) none)

;; ---------------------------------------------------------------- maps

;; One row a household and slot, whatever its meter: what has been exported is minted once.
(define-map reports
  {
    seller: principal,
    slot: uint,
  }
  {
    export-wh: uint,
    revision: uint,
    root: (buff 32),
    cell: uint,
    first-at: uint,
    closes-at: uint,
    final: bool,
  }
)
;; Who has or had a seat: only of those can a contradiction be proved.
(define-map seated
  principal
  bool
)
(define-map contradictions
  {
    operator: principal,
    seller: principal,
    slot: uint,
    revision: uint,
  }
  bool
)
;; What a household took from the grid in a slot. It moves no money and no energy: it is what a buyer shows in a dispute.
(define-map consumptions
  {
    household: principal,
    slot: uint,
  }
  {
    import-wh: uint,
    revision: uint,
    root: (buff 32),
    closes-at: uint,
  }
)
;; Reason code why the utility curtailed a cell in a slot.
(define-map curtailments
  {
    slot: uint,
    cell: uint,
  }
  uint
)

;; ---------------------------------------------------------------- read-only

(define-read-only (get-operators)
  (var-get quorum)
)

(define-read-only (get-rotation)
  (var-get rotation)
)

(define-read-only (get-utility)
  (var-get utility)
)

(define-read-only (get-peer (role (string-ascii 20)))
  (if (is-eq role "trade-escrow")
    (some (var-get escrow))
    none
  )
)

(define-read-only (get-report
    (seller principal)
    (slot uint)
  )
  (match (map-get? reports {
    seller: seller,
    slot: slot,
  })
    row (some (merge row { curtailed: (is-excused seller slot (get cell row)) }))
    none
  )
)

(define-read-only (get-consumption
    (household principal)
    (slot uint)
  )
  (map-get? consumptions {
    household: household,
    slot: slot,
  })
)

;; What operators sign for what a household took from the grid.
(define-read-only (get-consumption-hash
    (household principal)
    (slot uint)
    (import-wh uint)
    (root (buff 32))
    (revision uint)
  )
  (sha256 (concat (concat PREFIX DOMAIN-CONSUMPTION)
    (sha256 (default-to 0x
      (to-consensus-buff? {
        household: household,
        import-wh: import-wh,
        revision: revision,
        root: root,
        slot: slot,
      })
    ))
  ))
)

;; The same as get-report, by the name that people of earlier systems look for.
(define-read-only (get-production
    (seller principal)
    (slot uint)
  )
  (get-report seller slot)
)

;; The utility's reason code, if it curtailed this cell in this slot.
(define-read-only (get-curtailment
    (slot uint)
    (cell uint)
  )
  (map-get? curtailments {
    slot: slot,
    cell: cell,
  })
)

(define-read-only (is-curtailed
    (slot uint)
    (cell uint)
  )
  (is-some (get-curtailment slot cell))
)

;; What operators sign for one household.
(define-read-only (get-production-hash
    (seller principal)
    (slot uint)
    (export-wh uint)
    (root (buff 32))
    (revision uint)
  )
  (sha256 (concat (concat PREFIX DOMAIN-PRODUCTION)
    (sha256 (default-to 0x
      (to-consensus-buff? {
        export-wh: export-wh,
        revision: revision,
        root: root,
        seller: seller,
        slot: slot,
      })
    ))
  ))
)

;; What operators sign for up to 50 households in one slot.
(define-read-only (get-productions-hash
    (slot uint)
    (rows (list 50 {
      seller: principal,
      export-wh: uint,
      root: (buff 32),
      revision: uint,
    }))
  )
  (sha256 (concat (concat PREFIX DOMAIN-PRODUCTIONS)
    (sha256 (default-to 0x
      (to-consensus-buff? {
        rows: rows,
        slot: slot,
      })
    ))
  ))
)

;; Whether `root` commits to this reading. `proof` holds the siblings from the leaf up; the bits of `index` say on which side.
(define-read-only (verify-reading
    (root (buff 32))
    (index uint)
    (wh uint)
    (salt (buff 32))
    (proof (list 8 (buff 32)))
  )
  (let (
      (leaf (sha256 (concat 0x00
        (default-to 0x
          (to-consensus-buff? {
            index: index,
            salt: salt,
            wh: wh,
          })
        ))))
      (top (fold climb proof {
        hash: leaf,
        index: index,
      }))
    )
    ;; An index beyond the tree would be a second name of a leaf.
    (and (is-eq (get hash top) root) (is-eq (get index top) u0))
  )
)

;; ---------------------------------------------------------------- checks

(define-private (check-dao)
  (ok (asserts! (contract-call? .governance-dao is-dao-call contract-caller)
    ERR-NOT-DAO
  ))
)

;; Reports are neither from the future nor so old that the slot may have been given up.
(define-private (check-age
    (slot uint)
    (now uint)
    (max-age uint)
  )
  (let ((end (* (+ slot u1) SLOT-SECONDS)))
    (asserts! (>= now end) ERR-FUTURE)
    (ok (asserts! (<= now (+ end max-age)) ERR-TOO-OLD))
  )
)

;; Every signature must be good, and there must be enough of them.
(define-private (check-quorum
    (hash (buff 32))
    (signatures (list 9 {
      index: uint,
      signature: (buff 65),
    }))
  )
  (let ((who (var-get quorum)))
    (asserts! (>= (len signatures) (get threshold who)) ERR-QUORUM)
    (fold count-signature signatures
      (ok {
        hash: hash,
        operators: (get operators who),
        next: u0,
      })
    )
  )
)

;; ---------------------------------------------------------------- user functions

;; Hands in the report of one household. Anybody may, with enough signatures.
(define-public (submit-production
    (seller principal)
    (slot uint)
    (export-wh uint)
    (root (buff 32))
    (revision uint)
    (signatures (list 9 {
      index: uint,
      signature: (buff 65),
    }))
  )
  (let (
      (now stacks-block-time)
      (parameters (contract-call? .governance-dao get-parameters))
    )
    (try! (check-quorum
      (get-production-hash seller slot export-wh root revision)
      signatures
    ))
    (try! (check-age slot now (get report-max-age parameters)))
    (record
      {
        seller: seller,
        slot: slot,
        export-wh: export-wh,
        root: root,
        revision: revision,
      }
      (contract-call? .user-registry get-user seller) now
      (get challenge-window parameters)
    )
  )
)

;; Hands in the reports of up to 50 households for one slot under one quorum. Rows that cannot be taken (any more) are
;; skipped with the event row-refused, so that nobody can spoil the others' reports; if none is left, the call fails.
(define-public (submit-productions
    (slot uint)
    (rows (list 50 {
      seller: principal,
      export-wh: uint,
      root: (buff 32),
      revision: uint,
    }))
    (signatures (list 9 {
      index: uint,
      signature: (buff 65),
    }))
  )
  (let (
      (now stacks-block-time)
      (parameters (contract-call? .governance-dao get-parameters))
    )
    (try! (check-quorum (get-productions-hash slot rows) signatures))
    (try! (check-age slot now (get report-max-age parameters)))
    (let (
        (households (contract-call? .user-registry get-users (map seller-of rows)))
        (done (fold record-row (map with-household rows households) {
          slot: slot,
          now: now,
          challenge-window: (get challenge-window parameters),
          row: u0,
          accepted: u0,
        }))
        (result {
          slot: slot,
          rows: (get row done),
          accepted: (get accepted done),
        })
      )
      (asserts! (> (get accepted done) u0) ERR-NOTHING-ACCEPTED)
      ;; @event productions-reported { slot: uint, rows: uint, accepted: uint }
      (print (merge { topic: "productions-reported" } result))
      (ok result)
    )
  )
)

;; Hands in what a household took from the grid in a slot, with the times, revisions and signatures of production. Anybody may.
(define-public (submit-consumption
    (household principal)
    (slot uint)
    (import-wh uint)
    (root (buff 32))
    (revision uint)
    (signatures (list 9 {
      index: uint,
      signature: (buff 65),
    }))
  )
  (let (
      (now stacks-block-time)
      (parameters (contract-call? .governance-dao get-parameters))
      (key {
        household: household,
        slot: slot,
      })
      (before (default-to {
        import-wh: u0,
        revision: u0,
        root: root,
        closes-at: (+ now (get challenge-window parameters)),
      }
        (map-get? consumptions key)
      ))
      (result {
        household: household,
        slot: slot,
        import-wh: import-wh,
        root: root,
        revision: revision,
        at: now,
      })
    )
    (try! (check-quorum
      (get-consumption-hash household slot import-wh root revision)
      signatures
    ))
    (try! (check-age slot now (get report-max-age parameters)))
    (asserts! (is-some (contract-call? .user-registry get-user household))
      ERR-UNKNOWN-HOUSEHOLD
    )
    (asserts! (< now (get closes-at before)) ERR-WINDOW-CLOSED)
    (asserts! (is-eq revision (+ (get revision before) u1)) ERR-REVISION)
    (asserts!
      (<= import-wh (contract-call? .governance-dao get-parameter "max-peak-w"))
      ERR-OVER-LOAD
    )
    (map-set consumptions key
      (merge before {
        import-wh: import-wh,
        revision: revision,
        root: root,
      })
    )
    ;; @event consumption-reported { household: principal, slot: uint, import-wh: uint, root: (buff 32), revision: uint,
    ;;   at: uint }
    (print (merge { topic: "consumption-reported" } result))
    (ok result)
  )
)

;; Says that the utility curtailed a cell in a slot, with its reason code. Sellers there are excused; figures stay. By the utility.
(define-public (submit-curtailment
    (slot uint)
    (cell uint)
    (reason uint)
  )
  (let ((now stacks-block-time))
    (asserts! (is-eq (some contract-caller) (var-get utility)) ERR-NOT-UTILITY)
    (asserts! (> reason u0) ERR-REASON)
    (asserts!
      (<= now
        (+ (* (+ slot u1) SLOT-SECONDS)
          (get report-max-age (contract-call? .governance-dao get-parameters))
        ))
      ERR-TOO-OLD
    )
    (asserts!
      (map-insert curtailments {
        slot: slot,
        cell: cell,
      }
        reason
      )
      ERR-ALREADY-CURTAILED
    )
    (let ((result {
        slot: slot,
        cell: cell,
        reason: reason,
        at: now,
      }))
      ;; @event slot-curtailed { slot: uint, cell: uint, reason: uint, at: uint }
      (print (merge { topic: "slot-curtailed" } result))
      (ok result)
    )
  )
)

;; Seats the operators that the DAO has named, once the delay is over. Anybody may call it.
(define-public (rotate-operators)
  (let (
      (next (unwrap! (var-get rotation) ERR-NO-ROTATION))
      (operators (get operators next))
      (result {
        operators: operators,
        threshold: (get threshold next),
      })
    )
    (asserts! (>= stacks-block-time (get from next)) ERR-ROTATION-DELAY)
    (try! (fold release (get operators (var-get quorum)) (ok true)))
    (map seat operators)
    (var-set rotation none)
    (var-set quorum result)
    (print (merge { topic: "operators-changed" } result))
    (ok result)
  )
)

;; Gives up the caller's seat at once: its key may have been lost. The threshold stays, so fewer than that must report nothing.
(define-public (resign)
  (begin
    (asserts! (is-seated contract-caller) ERR-NOT-OPERATOR)
    (vacate contract-caller)
  )
)

;; Proves that an operator signed two different readings of one household, hour and revision: part of its stake is slashed, a tenth
;; of that for the caller, and its seat is empty from now on. `single` says that a report was signed for one household, otherwise it
;; is row `row` of the signed list.
(define-public (prove-contradiction
    (operator principal)
    (slot uint)
    (first {
      single: bool,
      rows: (list 50 {
        seller: principal,
        export-wh: uint,
        root: (buff 32),
        revision: uint,
      }),
      row: uint,
      signature: (buff 65),
    })
    (second {
      single: bool,
      rows: (list 50 {
        seller: principal,
        export-wh: uint,
        root: (buff 32),
        revision: uint,
      }),
      row: uint,
      signature: (buff 65),
    })
  )
  (let (
      (one (try! (signed-row operator slot first)))
      (other (try! (signed-row operator slot second)))
      (finder contract-caller)
      (stake (contract-call? .reputation-system get-stake operator))
      (result {
        operator: operator,
        seller: (get seller one),
        slot: slot,
        revision: (get revision one),
        finder: finder,
      })
    )
    (asserts! (default-to false (map-get? seated operator)) ERR-NOT-OPERATOR)
    (asserts!
      (and
        (is-eq (get seller one) (get seller other))
        (is-eq (get revision one) (get revision other))
        (not (is-eq one other))
      )
      ERR-NO-CONTRADICTION
    )
    (asserts!
      (map-insert contradictions {
        operator: operator,
        seller: (get seller one),
        slot: slot,
        revision: (get revision one),
      }
        true
      )
      ERR-KNOWN
    )
    (try! (contract-call? .reputation-system slash operator
      (/
        (* (+ (get amount stake) (get leaving stake))
          (contract-call? .governance-dao get-parameter "equivocation-slash-bps")
        )
        BPS
      )
      (some finder)
    ))
    (if (is-seated operator)
      (begin
        (try! (vacate operator))
        true
      )
      false
    )
    ;; @event contradiction-proved { operator: principal, seller: principal, slot: uint, revision: uint, finder: principal }
    (print (merge { topic: "contradiction-proved" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- role functions

;; Makes a report final, once, and mints what it says: the promised part to `custody-to`, the rest to the producer.
;; Role trade-escrow.
(define-public (close-report
    (seller principal)
    (slot uint)
    (promised uint)
    (custody-to principal)
  )
  (begin
    (asserts! (is-eq contract-caller (var-get escrow)) ERR-NOT-PEER)
    (let (
        (key {
          seller: seller,
          slot: slot,
        })
        (row (unwrap! (map-get? reports key) ERR-NO-REPORT))
        (export-wh (get export-wh row))
        (custody (if (< export-wh promised)
          export-wh
          promised
        ))
        (surplus (- export-wh custody))
        (result {
          seller: seller,
          slot: slot,
          export-wh: export-wh,
          custody: custody,
          surplus: surplus,
          revision: (get revision row),
          curtailed: (is-excused seller slot (get cell row)),
        })
      )
      (asserts! (not (get final row)) ERR-FINAL)
      (asserts! (>= stacks-block-time (get closes-at row)) ERR-WINDOW-OPEN)
      (map-set reports key (merge row { final: true }))
      ;; The token refuses to mint nothing.
      (if (> export-wh u0)
        (begin
          (try! (contract-call? .energy-token mint-export custody custody-to surplus seller
            slot
          ))
          true
        )
        false
      )
      ;; @event production-final { seller: principal, slot: uint, export-wh: uint, custody: uint, surplus: uint,
      ;;   revision: uint, curtailed: bool }
      (print (merge { topic: "production-final" } result))
      (ok result)
    )
  )
)

;; ---------------------------------------------------------------- DAO functions

;; Names the operators and how many of them must sign. The first take their seats at once; all others have staked, and wait for
;; rotate-operators. Naming others while some wait takes their place.
(define-public (set-operators
    (operators (list 9 principal))
    (threshold uint)
  )
  (let ((is-first (is-eq (len (get operators (var-get quorum))) u0)))
    (try! (check-dao))
    (asserts! (and (> threshold u0) (<= threshold (len operators)))
      ERR-THRESHOLD
    )
    (try! (fold check-distinct operators (ok (list))))
    (try! (fold hold operators (ok true)))
    (if is-first
      (begin
        (map seat operators)
        (var-set quorum {
          operators: operators,
          threshold: threshold,
        })
        ;; @event operators-changed { operators: (list 9 principal), threshold: uint }
        (print {
          topic: "operators-changed",
          operators: operators,
          threshold: threshold,
        })
        true
      )
      (let ((from (+ stacks-block-time
          (contract-call? .governance-dao get-parameter "rotation-delay")
        )))
        (try! (fold check-staked operators
          (ok (contract-call? .governance-dao get-parameter "operator-stake"))
        ))
        (try! (fold release (waiting) (ok true)))
        (var-set rotation
          (some {
            operators: operators,
            threshold: threshold,
            from: from,
          })
        )
        ;; @event operators-named { operators: (list 9 principal), threshold: uint, from: uint }
        (print {
          topic: "operators-named",
          operators: operators,
          threshold: threshold,
          from: from,
        })
        true
      )
    )
    (ok {
      operators: operators,
      threshold: threshold,
    })
  )
)

(define-public (set-utility (who principal))
  (let ((result { utility: who }))
    (try! (check-dao))
    (var-set utility (some who))
    ;; @event utility-changed { utility: principal }
    (print (merge { topic: "utility-changed" } result))
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
    (asserts! (is-eq role "trade-escrow") ERR-UNKNOWN-ROLE)
    (var-set escrow who)
    ;; @event peer-changed { role: (string-ascii 20), who: principal }
    (print (merge { topic: "peer-changed" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- helpers

;; A curtailed cell excuses those who were there when the slot began, and nobody who has moved there since.
(define-private (is-excused
    (seller principal)
    (slot uint)
    (cell uint)
  )
  (and
    (is-curtailed slot cell)
    (match (contract-call? .user-registry get-moved-at seller)
      moved-at (<= moved-at (* slot SLOT-SECONDS))
      false
    )
  )
)

(define-private (count-signature
    (entry {
      index: uint,
      signature: (buff 65),
    })
    (state (response {
      hash: (buff 32),
      operators: (list 9 principal),
      next: uint,
    }
      uint
    ))
  )
  (let (
      (so-far (try! state))
      (index (get index entry))
      (operator (unwrap! (element-at? (get operators so-far) index) ERR-SIGNATURE))
    )
    (asserts! (>= index (get next so-far)) ERR-SIGNATURE-ORDER)
    (try! (check-signature (get hash so-far) (get signature entry) operator))
    (ok (merge so-far { next: (+ index u1) }))
  )
)

(define-private (check-distinct
    (operator principal)
    (state (response (list 9 principal) uint))
  )
  (let ((seen (try! state)))
    (asserts! (is-none (index-of? seen operator)) ERR-DUPLICATE-OPERATOR)
    (ok (default-to seen (as-max-len? (append seen operator) u9)))
  )
)

;; Operators named but not yet seated.
(define-private (waiting)
  (match (var-get rotation)
    next (get operators next)
    (list)
  )
)

;; An empty seat bears this contract's own name, which no key signs for.
(define-private (is-seated (operator principal))
  (and
    (not (is-eq operator current-contract))
    (or
      (is-some (index-of? (get operators (var-get quorum)) operator))
      (is-some (index-of? (waiting) operator))
    )
  )
)

(define-private (seat (operator principal))
  (map-set seated operator true)
)

(define-private (hold
    (operator principal)
    (state (response bool uint))
  )
  (begin
    (try! state)
    (try! (contract-call? .reputation-system hold-stake operator))
    (ok true)
  )
)

;; Whoever left its seat was released then.
(define-private (release
    (operator principal)
    (state (response bool uint))
  )
  (begin
    (try! state)
    (if (is-eq operator current-contract)
      (ok true)
      (begin
        (try! (contract-call? .reputation-system release-stake operator))
        (ok true)
      )
    )
  )
)

(define-private (check-staked
    (operator principal)
    (state (response uint uint))
  )
  (let ((asked (try! state)))
    (asserts!
      (>= (get amount (contract-call? .reputation-system get-stake operator)) asked)
      ERR-OPERATOR-STAKE
    )
    (ok asked)
  )
)

;; Empties the seat of an operator, among those who sign and among those who wait. The others keep their numbers.
(define-private (vacate (operator principal))
  (let (
      (now (var-get quorum))
      (seats (without operator (get operators now)))
      (result {
        operator: operator,
        operators: seats,
        threshold: (get threshold now),
      })
    )
    (if (is-eq seats (get operators now))
      true
      (try! (release operator (ok true)))
    )
    (var-set quorum (merge now { operators: seats }))
    (match (var-get rotation)
      next (let ((rest (without operator (get operators next))))
        (if (is-eq rest (get operators next))
          true
          (try! (release operator (ok true)))
        )
        (var-set rotation (some (merge next { operators: rest })))
      )
      true
    )
    ;; @event seat-vacated { operator: principal, operators: (list 9 principal), threshold: uint }
    (print (merge { topic: "seat-vacated" } result))
    (ok result)
  )
)

(define-private (without
    (operator principal)
    (operators (list 9 principal))
  )
  (match (index-of? operators operator)
    at (default-to operators (replace-at? operators at current-contract))
    operators
  )
)

;; The row that an operator signed.
(define-private (signed-row
    (operator principal)
    (slot uint)
    (evidence {
      single: bool,
      rows: (list 50 {
        seller: principal,
        export-wh: uint,
        root: (buff 32),
        revision: uint,
      }),
      row: uint,
      signature: (buff 65),
    })
  )
  (let ((row (unwrap! (element-at? (get rows evidence) (get row evidence))
      ERR-NO-CONTRADICTION
    )))
    (try! (check-signature
      (if (get single evidence)
        (get-production-hash (get seller row) slot (get export-wh row)
          (get root row) (get revision row)
        )
        (get-productions-hash slot (get rows evidence))
      )
      (get signature evidence) operator
    ))
    (ok row)
  )
)

(define-private (check-signature
    (hash (buff 32))
    (signature (buff 65))
    (signer principal)
  )
  (begin
    (asserts! (is-eq (len signature) u65) ERR-SIGNATURE)
    (asserts! (<= (default-to 0xff (slice? signature u32 u64)) MAX-S)
      ERR-SIGNATURE
    )
    (ok (asserts!
      (is-eq (ok signer)
        (principal-of? (unwrap! (secp256k1-recover? hash signature) ERR-SIGNATURE))
      )
      ERR-SIGNATURE
    ))
  )
)

(define-private (seller-of (row {
  seller: principal,
  export-wh: uint,
  root: (buff 32),
  revision: uint,
}))
  (get seller row)
)

(define-private (with-household
    (row {
      seller: principal,
      export-wh: uint,
      root: (buff 32),
      revision: uint,
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
  )
  (merge row { household: household })
)

(define-private (record-row
    (row {
      seller: principal,
      export-wh: uint,
      root: (buff 32),
      revision: uint,
      household: (optional {
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
      slot: uint,
      now: uint,
      challenge-window: uint,
      row: uint,
      accepted: uint,
    })
  )
  (merge state {
    row: (+ (get row state) u1),
    accepted: (+ (get accepted state)
      (match (record
        {
          seller: (get seller row),
          slot: (get slot state),
          export-wh: (get export-wh row),
          root: (get root row),
          revision: (get revision row),
        }
        (get household row) (get now state) (get challenge-window state)
      )
        done
        u1
        code (begin
          ;; @event row-refused { row: uint, code: uint }
          (print {
            topic: "row-refused",
            row: (get row state),
            code: code,
          })
          u0
        )
      )),
  })
)

;; Writes one report, the first or the next revision. Nothing is changed when it fails.
(define-private (record
    (report {
      seller: principal,
      slot: uint,
      export-wh: uint,
      root: (buff 32),
      revision: uint,
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
    (now uint)
    (challenge-window uint)
  )
  (let (
      (user (unwrap! household ERR-UNKNOWN-HOUSEHOLD))
      (key {
        seller: (get seller report),
        slot: (get slot report),
      })
      (before (default-to {
        export-wh: u0,
        revision: u0,
        root: (get root report),
        cell: (get cell user),
        first-at: now,
        ;; Fixed here for good: no later change of the parameter moves it.
        closes-at: (+ now challenge-window),
        final: false,
      }
        (map-get? reports key)
      ))
      (result (merge report { at: now }))
    )
    (asserts! (not (get final before)) ERR-FINAL)
    (asserts! (< now (get closes-at before)) ERR-WINDOW-CLOSED)
    (asserts! (is-eq (get revision report) (+ (get revision before) u1))
      ERR-REVISION
    )
    ;; Peak power for an hour: W x 1 h = Wh.
    (asserts! (<= (get export-wh report) (get peak-w user)) ERR-OVER-PEAK)
    (map-set reports key
      (merge before {
        export-wh: (get export-wh report),
        revision: (get revision report),
        root: (get root report),
      })
    )
    ;; @event production-reported { seller: principal, slot: uint, export-wh: uint, root: (buff 32), revision: uint, at: uint }
    (print (merge { topic: "production-reported" } result))
    (ok result)
  )
)

(define-private (climb
    (sibling (buff 32))
    (at {
      hash: (buff 32),
      index: uint,
    })
  )
  {
    hash: (sha256 (if (is-eq (mod (get index at) u2) u0)
      (concat 0x01 (concat (get hash at) sibling))
      (concat 0x01 (concat sibling (get hash at)))
    )),
    index: (/ (get index at) u2),
  }
)
