using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace YiMaTong.Issuing.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RevokedCodes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_emergency_code_revoked_at_status_list_status_index",
                table: "emergency_code",
                columns: new[] { "revoked_at", "status_list", "status_index" },
                filter: "revoked_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_emergency_code_revoked_at_status_list_status_index",
                table: "emergency_code");
        }
    }
}
