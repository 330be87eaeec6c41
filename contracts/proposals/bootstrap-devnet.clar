;; Title: bootstrap-devnet
;; Summary: First and only act of the deployer: who holds which role, for a development network.
;; Depends-On: proposal-trait, test-dollar, test-btc, and all eight contracts
;;
;; The principals are development keys that everybody can derive (see docs/adr/0009-demo-keys.md): never for real value.

(impl-trait .proposal-trait.proposal-trait)

;; Only governance-dao runs a proposal.
(define-constant ERR-NOT-DAO (err u8900))

;; The asset to pay in is not there.
(define-constant ERR-NO-ASSET (err u8901))

(define-constant YEAR u31536000)

(define-public (execute (sender principal))
  (begin
    (asserts! (is-eq contract-caller .governance-dao) ERR-NOT-DAO)
    ;; The same on every network: which contract may call which.
    (try! (contract-call? .governance-dao set-peer "user-registry" .user-registry))
    (try! (contract-call? .energy-token set-peer "energy-oracle" .energy-oracle))
    (try! (contract-call? .energy-token set-peer "marketplace" .marketplace))
    (try! (contract-call? .reputation-system set-peer "user-registry" .user-registry))
    (try! (contract-call? .reputation-system set-peer "trade-escrow" .trade-escrow))
    (try! (contract-call? .reputation-system set-peer "energy-oracle" .energy-oracle))
    (try! (contract-call? .reputation-system set-peer "dispute-resolution" .dispute-resolution))
    (try! (contract-call? .energy-oracle set-peer "trade-escrow" .trade-escrow))
    (try! (contract-call? .trade-escrow set-peer "marketplace" .marketplace))
    (try! (contract-call? .trade-escrow set-peer "dispute-resolution" .dispute-resolution))
    ;; This network's own.
    ;; operator-0 to operator-4, three of five.
    (try! (contract-call? .energy-oracle set-operators
      (list
        'ST2CPGNG1R53PSD8QCXS9B06A8CGAAA4Y81G6F9Y7
        'ST15KE1ZQ3JVH3CM7J6B6V3BN697W446021PHTFY4
        'ST1JVGXFRECSVPZMWFR67S8CR4K3J1XX7C5566JJG
        'ST29BTFY2W8DTESDHM3VJVB72SX8641SHMPX1YBXM
        'ST3K65V6G2WZ2606P92WZ6BB6XZFHPDF79J1GE3Z9
      )
      u3
    ))
    ;; utility: curtails, and runs the local wires.
    (try! (contract-call? .energy-oracle set-utility 'STFYCVJZ7AW7H4WFCZMS79ZE3R6PGEDVGMKQXHBH))
    (try! (contract-call? .trade-escrow set-grid-operator 'STFYCVJZ7AW7H4WFCZMS79ZE3R6PGEDVGMKQXHBH))
    ;; Trades may be paid in test dollars, 6 decimals, 0.014 to 0.0515 of them a kWh.
    (try! (contract-call? .trade-escrow set-asset .test-dollar
      (unwrap! (contract-hash? .test-dollar) ERR-NO-ASSET) true u14000 u51500
    ))
    ;; And in test bitcoin, 8 decimals, 14 to 52 of its smallest units a kWh.
    (try! (contract-call? .trade-escrow set-asset .test-btc
      (unwrap! (contract-hash? .test-btc) ERR-NO-ASSET) true u14 u52
    ))
    ;; meter-reader, certifier
    (try! (contract-call? .user-registry add-certifier 'ST2ZKVKMP03V50EKDBBJ2DR0GG1K3E5VF2GBD14CJ u1))
    (try! (contract-call? .user-registry add-certifier 'ST1FVV6JXJRS2W4WJTF68H0XEYYS75XR2CDE9TVAW u2))
    ;; guardian, for a year
    (try! (contract-call? .governance-dao set-guardian
      'ST2T93MD368S3JGQNRJB7MWGQH6K6NSY4983CC2C7 (+ stacks-block-time YEAR)
    ))
    (ok true)
  )
)
