using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace YiMaTong.Issuing.Storage.Migrations
{
    /// <inheritdoc />
    public partial class DecisionsElsewhere : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "decision");

            migrationBuilder.DropTable(
                name: "decision_journal");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "decision_journal",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    first_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    journal = table.Column<byte[]>(type: "BLOB", nullable: false),
                    node_id = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_decision_journal", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "decision",
                columns: table => new
                {
                    journal_id = table.Column<int>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    cause = table.Column<int>(type: "INTEGER", nullable: false),
                    code_type = table.Column<int>(type: "INTEGER", nullable: false),
                    data_revision = table.Column<long>(type: "INTEGER", nullable: false),
                    decision = table.Column<int>(type: "INTEGER", nullable: false),
                    decision_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    fields = table.Column<int>(type: "INTEGER", nullable: false),
                    handle = table.Column<long>(type: "INTEGER", nullable: true),
                    lost_count = table.Column<long>(type: "INTEGER", nullable: false),
                    lost_from = table.Column<long>(type: "INTEGER", nullable: true),
                    mac_id = table.Column<string>(type: "TEXT", nullable: false),
                    merchant_id = table.Column<string>(type: "TEXT", nullable: false),
                    scene_id = table.Column<string>(type: "TEXT", nullable: false),
                    tags = table.Column<long>(type: "INTEGER", nullable: false),
                    told = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_decision", x => new { x.journal_id, x.sequence });
                    table.ForeignKey(
                        name: "fk_decision_decision_journal_journal_id",
                        column: x => x.journal_id,
                        principalTable: "decision_journal",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_decision_at",
                table: "decision",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_decision_decision_id",
                table: "decision",
                column: "decision_id");

            migrationBuilder.CreateIndex(
                name: "ix_decision_handle_at",
                table: "decision",
                columns: new[] { "handle", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_decision_merchant_id_at",
                table: "decision",
                columns: new[] { "merchant_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_decision_journal_journal",
                table: "decision_journal",
                column: "journal",
                unique: true);
        }
    }
}
